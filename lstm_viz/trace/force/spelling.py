"""The spelling of a force, as in links.

    f@5:=1              the forget gate is held at 1 at the fifth word
    g.u3,7-9:x0.5       the candidate of four units is halved throughout
    i@2-4:+0.2          0.2 is added to the input gate; :-0.2 takes it away
    o@5:lean+3.41       3.41 is added to what goes into the output gate's sigmoid
    c.l2.backward.mencoder.lstm:=#2x128-8f0c…   of a layer, a direction, a module; an array

In this order: a quantity's symbol, or its name; u and units, counted from 0; l and the layer,
counted from 1; the direction; m and the module, percent-encoded; @ and the words, counted from 1;
a colon, the operation and its number. An array is spelled as its shape and a digest.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from lstm_viz.errors import ForceError
from lstm_viz.notation import ALL
from lstm_viz.trace.force.numbers import UNKNOWN, Numbers, comparison_key
from lstm_viz.trace.force.places import RANGES, from_ranges, ranges, short

OPERATIONS = ("value", "scale", "add", "lean")
LONGEST = 2**20  # characters
Find = Callable[[tuple[int, ...], str], Numbers]

_SYMBOLS = {quantity.name: quantity.symbol for quantity in ALL}
# n is the candidate in the equations of a GRU.
_NAMES = {**{symbol: name for name, symbol in _SYMBOLS.items()}, "n": "candidate"}
_SIGNS = {"value": "=", "scale": "x", "add": "", "lean": "lean"}
_OPERATIONS = {"=": "value", "x": "scale", "×": "scale", "*": "scale", "": "add", "lean": "lean"}
_EXAMPLES = "a force such as f@5:=1, g.u3:x0.5, i@2-4:+0.2 or o@5:lean+3.41"

_HEAD = re.compile(r"[a-z]{1,20}(?:_[a-z]{1,20})?")
_PART = re.compile(
    rf"[.: ]?(?:u(?P<units>{RANGES})|l(?P<layer>\d{{1,19}})|(?P<direction>forward|backward)"
    rf"|m(?P<module>(?:[\w.~-]++|%[0-9A-Fa-f]{{2}})*+)|@(?P<steps>{RANGES}))",
    re.ASCII,
)
_NUMBER = r"(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,5})?"
_ARRAY = rf"#(?P<shape>\d{{1,12}}(?:x\d{{1,12}}){{0,2}})-(?P<digest>[0-9a-f]{{32}}|{UNKNOWN})"
_END = re.compile(
    rf"[: ]?(?P<operation>=|x|×|\*|lean|(?=[+-])) ?(?P<sign>[+-]?)"
    rf"(?:(?P<number>{_NUMBER})|{_ARRAY})",
    re.ASCII,
)


def spelled(
    quantity: str,
    operation: str,
    number: float | Numbers,
    *,
    layer: int | None,
    direction: str | None,
    units: tuple[int, ...] | None,
    steps: tuple[int, ...] | None,
    module: str | None,
) -> str:
    """Return the spelling of a force; see above."""
    text = _SYMBOLS[quantity]
    if units is not None:
        text += f".u{ranges(units, 0)}"
    if layer is not None:
        text += f".l{layer + 1}"
    if direction is not None:
        text += f".{direction}"
    if module is not None:
        text += f".m{quote(module.encode('utf-8', 'surrogatepass'), safe='')}"
    if steps is not None:
        text += f"@{ranges(steps, 1)}"
    return f"{text}:{_SIGNS[operation]}{_written(operation, comparison_key(number))}"


def fields_of(text: object, find: Find) -> dict[str, Any]:
    """Read a force; before the operation, a space or nothing may stand in place of the colon.

    Args:
        text: as ``spelled`` writes it.
        find: returns the array with a shape and a digest.

    Returns:
        The arguments of ``Force``.

    Raises:
        ForceError: the text is not a spelling of a force.
    """
    if not isinstance(text, str):
        raise ForceError(_EXAMPLES, f"{short(text)} came")
    if len(text) > LONGEST:
        raise ForceError(f"at most {LONGEST:,} characters", f"there are {len(text):,}")
    head = _HEAD.match(text)
    name = head[0] if head else ""
    found: dict[str, Any] = {"quantity": _NAMES.get(name, name)}
    if found["quantity"] not in _SYMBOLS:
        known = ", ".join([*_SYMBOLS.values(), *_SYMBOLS])
        raise ForceError(f"one of the quantities {known}", f"{short(text)} came")
    end = len(name)
    while part := _PART.match(text, end):
        field = str(part.lastgroup)
        if field in found:
            raise ForceError(f"the {field} once", f"{short(text)} came")
        found[field], end = _place(field, part[field]), part.end()
    operation = _END.fullmatch(text, end)
    if not operation:
        expected = f"{_EXAMPLES}: after the place =, x, +, - or lean, and a number"
        raise ForceError(expected, f"{short(text[end:])} came there, in {short(text)}")
    return found | {_OPERATIONS[operation["operation"]]: _read_number(operation, find)}


def _place(field: str, text: str) -> object:
    if field == "units":
        return from_ranges(field, text, 0)
    if field == "steps":
        return from_ranges("words", text, 1)
    if field == "layer":
        if not int(text):
            raise ForceError("layers counted from 1", "layer 0 came")
        return int(text) - 1
    if field == "direction":
        return text
    try:
        return unquote_to_bytes(text).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        expected = "the name of a module, percent-encoded in UTF-8"
        raise ForceError(expected, f"{short(text)} came") from None


def _read_number(match: re.Match[str], find: Find) -> float | Numbers:
    if match["number"]:
        return float(match["sign"] + match["number"])
    if match["sign"] == "-":
        raise ForceError("an array, which has signs of its own", f"{short(match[0])} came")
    return find(tuple(map(int, match["shape"].split("x"))), match["digest"])


def _written(operation: str, number: object) -> str:
    """Write a number as Python would, but shortly, and with a sign where it is added."""
    sign = "+" if operation in ("add", "lean") else ""
    if isinstance(number, Numbers):
        return f"{sign}#{'x'.join(map(str, number.shape))}-{number.digest}"
    assert isinstance(number, float)  # noqa: S101  (for the type checker)
    whole = f"{number:{sign}.0f}" if number.is_integer() and abs(number) < 1e16 else ""
    return whole or f"{sign if number >= 0 else ''}{number!r}".replace("e+", "e")
