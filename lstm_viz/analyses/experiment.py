"""What is forced, and what would the model say without it? In words for people."""

import re
from collections.abc import Iterable, Sequence

from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.analyses.words import named
from lstm_viz.model import TextTrace
from lstm_viz.notation import BY_NAME
from lstm_viz.text import Token, shown
from lstm_viz.trace import Force
from lstm_viz.trace.force.places import ranges

_LONGEST = 30  # characters of a module's name
_NAMED = 3  # forces that are told one by one
_OPERATIONS = {
    "value": "held at {:g}",
    "scale": "times {:g}",
    "add": "{:+g}",
    "lean": "leaned by {:+g}",
}


def forced_in_words(forces: Sequence[Force], tokens: Sequence[Token]) -> str:
    """Say what is forced, such as: forget gate at “but” (word 5), leaned by +3.41.

    Args:
        forces: of an experiment.
        tokens: of the text; words count from 1 in the sentence, layers too, units from 0.
    """
    told = "; ".join(_in_words(force, tokens) for force in forces[:_NAMED])
    more = len(forces) - _NAMED
    return f"{told}; and {more} more" if more > 0 else told


def _in_words(force: Force, tokens: Sequence[Token]) -> str:
    parts = [BY_NAME[force.quantity].label.lower()]
    if force.units is not None:
        parts.append(f"of unit{'s'[: len(force.units) > 1]} {_ranges(force.units, 0)}")
    if force.module is not None:
        parts.append(f"in “{shown(force.module)[:_LONGEST]}”")
    if force.layer is not None:
        parts.append(f"in layer {force.layer + 1}")
    if force.direction is not None:
        parts.append(f"reading {force.direction}")
    parts.append(_at(force.steps, tokens))
    amount = _OPERATIONS[force.operation]
    many = re.sub(r"{.*?}", "numbers of its own", amount)
    told = many if force.shape else amount.format(force.number)
    return f"{' '.join(filter(None, parts))}, {told}"


def _at(steps: Iterable[int] | None, tokens: Sequence[Token]) -> str:
    if steps is None:
        return "at every word"
    reached = [step for step in steps if step < len(tokens)]
    if len(reached) == 1:
        return f"at {named(tokens, reached[0])}"
    return f"at words {_ranges(reached, 1)}"


def _ranges(numbers: Sequence[int], first: int) -> str:
    """Return numbers shortly, as they stand in a sentence: 2–5, 9."""
    return ranges(numbers, first).replace("-", "–").replace(",", ", ")


def outcome(forced: TextTrace, by_itself: TextTrace) -> str:
    """Say how the text ends, and how it would without the experiment.

    Args:
        forced: the trace of the experiment.
        by_itself: of the same text, with nothing forced.

    Returns:
        One sentence on the label that the experiment's path follows; chances in whole percent.
    """
    label = prediction_path(forced).label
    ends = [
        f"{trace.probabilities[-1, label]:.0%}".replace("%", " %") for trace in (forced, by_itself)
    ]
    name = shown(forced.labels[label])
    if ends[0] == ends[1]:
        return f"The text ends at {ends[0]} {name} either way."
    return f"The text then ends at {ends[0]} {name}, not at {ends[1]}."
