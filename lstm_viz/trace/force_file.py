"""Forces in files: spelt, with their arrays beside them; in those of format 1, told in prose."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from lstm_viz.errors import ForceError
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.force import Force
from lstm_viz.trace.force_list import check_length, gathered, parsed
from lstm_viz.trace.force_numbers import UNKNOWN, LostNumbers, Numbers, numbers_of
from lstm_viz.trace.force_places import from_ranges, short

_NAME = "forced."  # before a digest, in the name of an array
_LIST = r"\d{1,19}(?: to \d{1,19}|(?:, \d{1,19})*)"
_SHAPE = r"\d{1,12}(?:,|(?:, \d{1,12}){1,2})"
_NUMBER = r"-?\d{1,400}(?:\.\d+)?(?:e[+-]\d{1,3})?"
_PROSE = re.compile(
    rf"(?P<quantity>{'|'.join(BY_NAME)}) (?P<sign>[=×+])"
    rf" (?:array \((?P<shape>{_SHAPE})\)|(?P<number>{_NUMBER}))"
    r"(?:, module (?P<module>.*?))?(?:, layer (?P<layer>\d{1,19}))?"
    r"(?:, direction (?P<direction>forward|backward))?"
    rf"(?:, units (?P<units>{_LIST}))?(?:, steps (?P<steps>{_LIST}))?",
    re.ASCII | re.DOTALL,
)
_OPERATIONS = {"=": "value", "×": "scale", "+": "add"}


def packed_forces(forces: Sequence[Force]) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the spellings of forces, and the arrays that these name by their digests.

    Raises:
        ForceError: they are more than are read again.

    Law:
        ``unpacked_forces`` gives the same forces back, in any process.
    """
    arrays = {
        _NAME + force.number.digest: force.number.plain()
        for force in gathered(forces)
        if force.shape and not isinstance(force.number, LostNumbers)
    }
    spellings = list(map(str, forces))
    for spelling in spellings:
        check_length(spelling)
    return spellings, arrays


def unpacked_forces(
    spellings: Sequence[str], arrays: Mapping[str, np.ndarray]
) -> tuple[Force, ...]:
    """Return the forces that were packed.

    Raises:
        ForceError, ValueError, LookupError: they were not, or other arrays are there.
    """

    def find(shape: tuple[int, ...], digest: str) -> Numbers:
        if digest == UNKNOWN:
            return LostNumbers(shape)
        numbers = numbers_of(arrays[_NAME + digest])
        if not isinstance(numbers, Numbers) or (numbers.shape, numbers.digest) != (shape, digest):
            raise ValueError("an array of a force is not the one that it names")
        return numbers

    return parsed(spellings, find)


def forces_of_prose(sentences: Sequence[str]) -> tuple[Force, ...]:
    """Return the forces of a file of format 1, which kept sentences alone.

    Of an array it kept the shape: the force is there, with numbers that are not known.

    Raises:
        ForceError: a sentence is none that lstm_viz wrote, or they are too many.
    """
    return gathered(map(_of_prose, sentences))


def _of_prose(sentence: str) -> Force:
    said = _PROSE.fullmatch(sentence)
    if not said:
        came = f"{short(sentence)} came"
        raise ForceError("a sentence on a force, as files of format 1 have it", came)
    shape = tuple(map(int, said["shape"].rstrip(",").split(","))) if said["shape"] else ()
    return Force(
        said["quantity"],
        **{_OPERATIONS[said["sign"]]: LostNumbers(shape) if shape else float(said["number"])},
        layer=int(said["layer"]) if said["layer"] else None,
        direction=said["direction"],
        units=_listed("units", said["units"]),
        steps=_listed("steps", said["steps"]),
        module=said["module"],
    )


def _listed(what: str, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    return from_ranges(what, text.replace(" to ", "-").replace(", ", ","), 0)
