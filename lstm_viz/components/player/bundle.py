"""The modules of the player as one script: Streamlit takes a component's script as a single text.

Each module comes after those that it imports; the lines that join them are left out.
"""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def text(name: str) -> str:
    """Return one of the player's files."""
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def script() -> str:
    """Return all modules as one, the player itself last."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text(name))) for name in _in_order())


def _in_order() -> list[str]:
    found: list[str] = []
    begun: set[str] = set()

    def add(name: str) -> None:
        if name not in begun:  # modules may import each other
            begun.add(name)
            for needed in _IMPORT.findall(text(name)):
                add(needed)
            found.append(name)

    add("player.js")
    return found
