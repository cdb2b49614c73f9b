"""Forces in files: spellings with their arrays beside them, or sentences in files of format 1."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from lstm_viz.errors import ForceError
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.force.force import Force
from lstm_viz.trace.force.numbers import UNKNOWN, LostNumbers, Numbers, numbers_of
from lstm_viz.trace.force.places import from_ranges, short
from lstm_viz.trace.force.several import check_length, collected, parsed

_NAME = "forced."  # before a digest, in the name of an array
_LIST = r"\d{1,19}(?: to \d{1,19}|(?:, \d{1,19})*)"
_SHAPE = r"\d{1,12}(?:,|(?:, \d{1,12}){1,2})"
_NUMBER = r"-?\d{1,400}(?:\.\d+)?(?:e[+-]\d{1,3})?"
_SENTENCE = re.compile(
    rf"(?P<quantity>{'|'.join(BY_NAME)}) (?P<sign>[=×+])"
    rf" (?:array \((?P<shape>{_SHAPE})\)|(?P<number>{_NUMBER}))"
    r"(?:, module (?P<module>.*?))?(?:, layer (?P<layer>\d{1,19}))?"
    r"(?:, direction (?P<direction>forward|backward))?"
    rf"(?:, units (?P<units>{_LIST}))?(?:, steps (?P<steps>{_LIST}))?",
    re.ASCII | re.DOTALL,
)
_OPERATIONS = {"=": "value", "×": "scale", "+": "add"}


def forces_to_arrays(forces: Sequence[Force]) -> tuple[list[str], dict[str, np.ndarray]]:
    """Return the spellings of forces, and the arrays that these name by their digests.

    Raises:
        ForceError: they are more than can be read again.

    Law:
        ``forces_from_arrays`` gives the same forces back, in any process.
    """
    arrays = {
        _NAME + force.number.digest: force.number.plain()
        for force in collected(forces)
        if force.shape and not isinstance(force.number, LostNumbers)
    }
    spellings = list(map(str, forces))
    for spelling in spellings:
        check_length(spelling)
    return spellings, arrays


def forces_from_arrays(
    spellings: Sequence[str], arrays: Mapping[str, np.ndarray]
) -> tuple[Force, ...]:
    """Return the forces that ``forces_to_arrays`` took apart.

    Raises:
        ForceError, ValueError, LookupError: these are not its result.
    """

    def find(shape: tuple[int, ...], digest: str) -> Numbers:
        if digest == UNKNOWN:
            return LostNumbers(shape)
        numbers = numbers_of(arrays[_NAME + digest])
        if not isinstance(numbers, Numbers) or (numbers.shape, numbers.digest) != (shape, digest):
            raise ValueError("an array of a force is not the one that it names")
        return numbers

    return parsed(spellings, find)


def forces_from_sentences(sentences: Sequence[str]) -> tuple[Force, ...]:
    """Return the forces of a file of format 1, which described them in sentences.

    Of an array, only the shape was kept: such a force has numbers that are not known.

    Raises:
        ForceError: a sentence was not written by lstm_viz, or they are too many.
    """
    return collected(map(_from_sentence, sentences))


def _from_sentence(sentence: str) -> Force:
    match = _SENTENCE.fullmatch(sentence)
    if not match:
        came = f"{short(sentence)} came"
        raise ForceError("a sentence on a force, as files of format 1 have it", came)
    shape = tuple(map(int, match["shape"].rstrip(",").split(","))) if match["shape"] else ()
    return Force(
        match["quantity"],
        **{_OPERATIONS[match["sign"]]: LostNumbers(shape) if shape else float(match["number"])},
        layer=int(match["layer"]) if match["layer"] else None,
        direction=match["direction"],
        units=_listed("units", match["units"]),
        steps=_listed("steps", match["steps"]),
        module=match["module"],
    )


def _listed(what: str, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    return from_ranges(what, text.replace(" to ", "-").replace(", ", ","), 0)
