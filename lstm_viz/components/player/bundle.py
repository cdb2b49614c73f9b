"""The modules of the player as one script: Streamlit takes a component's script as a single text.

Each module comes after those that it needs; the lines that join them are left out.
"""

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w.]+)";\n', re.MULTILINE)
# Lines of comment, empty lines and margins: what a browser has no use for.
_BESIDE_CODE = re.compile(r"^[ \t]*(//.*)?\n|^[ \t]+", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def text(name: str) -> str:
    """Return one of the player's files."""
    return (_HERE / name).read_text(encoding="utf-8")


@cache
def script(last: str) -> str:
    """Return a module and all that it needs as one, without comments and margins.

    Args:
        last: the module; all others come before it.
    """
    whole = "\n".join(_EXPORT.sub("", _IMPORT.sub("", text(name))) for name in _in_order(last))
    return _BESIDE_CODE.sub("", whole)


def _in_order(last: str) -> list[str]:
    found: list[str] = []
    begun: set[str] = set()

    def add(name: str) -> None:
        if name not in begun:  # modules may import each other
            begun.add(name)
            for needed in _IMPORT.findall(text(name)):
                add(needed)
            found.append(name)

    add(last)
    return found
