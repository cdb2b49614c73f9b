"""The theme and settings of the server, also where it runs your own script."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from streamlit import config, net_util

_HERE = Path(__file__).parent
_WHERE = "lstm-viz"  # what Streamlit is told when it asks where an option was set
_BEFORE_START = ("server.address",)  # a server that runs has its address
_applied_to: dict[str, Any] | None = None


@cache
def own() -> dict[str, Any]:
    """Return the program's own settings by their names, such as ``theme.light.textColor``."""
    inside = _HERE / "settings.toml"  # in an installed package; else those of the checkout
    file = inside if inside.is_file() else _HERE.parents[1] / ".streamlit" / "config.toml"
    return dict(_flat(tomllib.loads(file.read_text("utf-8"))))


def _flat(values: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        inner = isinstance(value, dict)
        found += _flat(value, f"{above}{name}.") if inner else [(f"{above}{name}", value)]
    return found


def missing() -> dict[str, Any]:
    """Return those of the program's settings for which nobody chose a value."""
    return {name: value for name, value in own().items() if not config.is_manually_set(name)}


def apply() -> bool:
    """Give the running server the program's own theme and settings, where nobody chose others.

    Returns:
        Whether any of them changed: a browser learns of them with the next run.
    """
    global _applied_to
    options = config.get_config_options()
    if options is _applied_to:  # not read again since
        return False
    _applied_to = options
    net_util.get_external_ip = _unknown
    new = {name: value for name, value in missing().items() if name not in _BEFORE_START}
    for name, value in new.items():
        config.set_option(name, value, _WHERE)
    return bool(new)


def _unknown() -> None:
    """Stand in for Streamlit's search for its own public address, which asks a host outside.

    Streamlit asks when a websocket of a foreign origin comes: it is refused without being asked
    for. Who serves the pages under other names has them in ``server.corsAllowedOrigins``.
    """
