"""The layers, units and steps that a force names, and how a list of them is written."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from numbers import Integral
from typing import Any

import numpy as np
from torch import Tensor

from lstm_viz.errors import ForceError

MOST = 2**20  # units or steps that can be named
RANGES = r"\d{1,19}(?:-\d{1,19})?(?:,\d{1,19}(?:-\d{1,19})?)*"
_BEYOND = 2**62  # no place is that far; what is smaller has 19 digits at most
_SHORT = 100  # characters of what came, in an error


def places(what: str, chosen: Any) -> tuple[int, ...]:  # noqa: ANN401  (anything)
    """Return numbers that count from 0; a single one counts as a list of one.

    Raises:
        ForceError: some are not numbers from 0, there is none, or there are too many.
    """
    expected = f"{what} as numbers from 0"
    try:
        given = chosen.tolist() if isinstance(chosen, Tensor | np.ndarray) else chosen
        single = isinstance(given, Integral)
        found = (given,) if single else tuple(islice(iter(given), MOST + 1))
    except (TypeError, RuntimeError, NotImplementedError):
        raise ForceError(expected, f"{short(chosen)} came") from None
    if len(found) > MOST:
        raise ForceError(f"at most {MOST:,} {what}", "there are more")
    if not found:
        raise ForceError(expected, "there is none")
    if isinstance(given, range) and 0 <= min(given[0], given[-1]) <= max(given) < _BEYOND:
        return found
    for place in found:
        if not isinstance(place, Integral) or isinstance(place, bool):
            raise ForceError(expected, f"{short(place)} came")
    numbers = tuple(map(int, found))
    for number in (min(numbers), max(numbers)):
        if not 0 <= number < _BEYOND:
            raise ForceError(expected, f"{short(number)} came")
    return numbers


def ranges(numbers: Sequence[int], first: int) -> str:
    """Write numbers as ranges, such as 5-7,9.

    Args:
        numbers: counted from 0.
        first: the number that 0 is written as.
    """
    runs = [(low + first, high + first) for low, high in _runs(numbers)]
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in runs)


def from_ranges(what: str, text: str, first: int) -> tuple[int, ...]:
    """Read what ``ranges`` wrote.

    Raises:
        ForceError: a place before the first, a range that goes backward, or too many.
    """
    found: list[int] = []
    for run in re.finditer(r"(\d+)(?:-(\d+))?", text):
        low, high = int(run[1]) - first, int(run[2] or run[1]) - first
        if low < 0:
            raise ForceError(f"{what} counted from {first}", f"{short(run[0])} came")
        if high < low:
            raise ForceError(f"a range of {what} that goes up", f"{short(run[0])} came")
        if high - low >= MOST - len(found):
            raise ForceError(f"at most {MOST:,} {what}", f"there are more in {short(text)}")
        found.extend(range(low, high + 1))
    return tuple(found)


def short(value: object) -> str:
    """Return the repr of a value, shortened if it is long."""
    text = repr(value[: _SHORT + 1] if isinstance(value, str) else value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    low = high = numbers[0]
    for number in numbers[1:]:
        if number != high + 1:
            yield low, high
            low = number
        high = number
    yield low, high
