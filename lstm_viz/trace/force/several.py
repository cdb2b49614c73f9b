"""Several forces in one text, and how many there may be."""

from collections.abc import Iterable

from lstm_viz.errors import ForceError
from lstm_viz.trace.force.force import Force
from lstm_viz.trace.force.numbers import known_numbers
from lstm_viz.trace.force.places import MOST, short
from lstm_viz.trace.force.spelling import LONGEST, Find

_MOST_FORCES = 10_000
_MOST_PLACES = 2 * MOST  # units and steps of all forces in a text, or in a file


def spell_forces(forces: Iterable[Force]) -> str:
    """Write forces as one text, with a semicolon between them; "" for none.

    Raises:
        ForceError: they are more than ``parse_forces`` reads.

    Law:
        ``parse_forces(spell_forces(forces)) == tuple(forces)``.
    """
    text = ";".join(map(str, collected(forces)))
    check_length(text)
    return text


def parse_forces(text: str) -> tuple[Force, ...]:
    """Read what ``spell_forces`` wrote.

    Raises:
        ForceError: one of them is not a spelling; or there are more than 10,000, or more than
            2,097,152 units and steps in all.
    """
    if not isinstance(text, str):
        raise ForceError("forces, spelt with ; between them", f"{short(text)} came")
    check_length(text)
    return parsed(text.split(";")) if text.strip() else ()


def parsed(spellings: Iterable[str], find: Find = known_numbers) -> tuple[Force, ...]:
    """Read several spellings, and stop where there are too many.

    Raises:
        ForceError: one of them is not a spelling, or there are too many.
    """
    return collected(Force.parse(spelling, find) for spelling in spellings)


def collected(forces: Iterable[Force]) -> tuple[Force, ...]:
    """Collect forces, and stop where there are more than can be read again.

    Raises:
        ForceError: they are more than 10,000, or have more than 2,097,152 units and steps in all.
    """
    found: list[Force] = []
    places = 0
    for force in forces:
        found.append(force)
        places += len(force.units or ()) + len(force.steps or ())
        if len(found) > _MOST_FORCES:
            raise ForceError(f"at most {_MOST_FORCES:,} forces", "there are more")
        if places > _MOST_PLACES:
            raise ForceError(f"at most {_MOST_PLACES:,} units and steps in all", "there are more")
    return tuple(found)


def check_length(text: str) -> None:
    """Refuse a spelling that is too long to be read again.

    Raises:
        ForceError: it is too long.
    """
    if len(text) > LONGEST:
        raise ForceError(f"at most {LONGEST:,} characters", f"there are {len(text):,}")
