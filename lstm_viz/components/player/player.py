"""The player on the page, and what is chosen and asked for there."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lstm_viz.components.bundle import script, text
from lstm_viz.components.player.view import Chosen, PlayerView

_PLAYER = st.components.v2.component(
    "lstm_viz_player",
    html=text("player/player.html"),
    css=text("player/player.css"),
    js=script("player/js/mount.js"),
)
# What never changes is sent once; a component's script is sent with each of its data.
_CODE = st.components.v2.component("lstm_viz_player_code", js=script("player/js/main.js"))
_NO_CODE = st.components.v2.component("lstm_viz_player_no_code", js="export default () => {}")


def player(
    data: bytes,
    key: str,
    *,
    on_chosen: Callable[..., None],
    on_asked: Callable[..., None],
    runs: bool = False,
) -> None:
    """Put a reading on the page.

    Args:
        data: from ``payload``.
        key: of the element; its browser state lives as long as the key.
        on_chosen: called when another word or unit was chosen.
        on_asked: called when another text, example, model or layer was asked for.
        runs: whether the code of the player is in the browser, so that it need not come again.
    """
    _PLAYER(
        key=key,
        data=data,
        default={"chosen": None},
        on_chosen_change=on_chosen,
        on_asked_change=on_asked,
    )
    code = _NO_CODE if runs else _CODE  # as high as the other, so that nothing moves
    code(key=f"{key}_code", height=1)


def has_spoken(key: str) -> bool:
    """Whether the player has said anything in this run: then its code is in the browser."""
    return bool(_state(key, "asked") or _state(key, "chosen"))


def player_choice(key: str) -> Chosen | None:
    """Return what was chosen in the browser; None before anything was, or where it makes no sense.

    Who asks for something else says where he stands along with it.

    What comes from a browser is checked like any other input; that the word and the unit exist is
    for the caller to check.
    """
    place = _state(key, "asked").get("place")
    value = place if isinstance(place, dict) else _state(key, "chosen")
    fit = (
        isinstance(value.get("id"), str)
        and _number(value.get("step"))
        and (value.get("unit") is None or _number(value.get("unit")))
    )
    if not fit:
        return None
    order, map_ = (name if isinstance(name := value.get(k), str) else "" for k in ("order", "map"))
    return Chosen(value["id"], PlayerView(value["step"], value.get("unit"), order, map_))


def player_request(key: str) -> tuple[str, str, bool] | None:
    """Return what was asked for in this run: of what, which, and whether it is still being typed.

    Returns:
        One of text, model, example or layer, and its value; None if nothing was.
    """
    value = _state(key, "asked")
    for name in ("text", "model", "example", "layer"):
        if isinstance(value.get(name), str):
            return name, value[name], value.get("live") is True
    return None


def _state(key: str, name: str) -> dict[str, Any]:
    whole = st.session_state.get(key)
    value = whole.get(name) if whole else None
    return value if isinstance(value, dict) else {}


def _number(value: object) -> bool:
    return type(value) is int and value >= 0
