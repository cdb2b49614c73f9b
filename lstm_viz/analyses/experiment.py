"""What is forced, and what would the model say without it? In plain sentences."""

import re
from collections.abc import Iterable, Sequence

from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.analyses.words import quoted_word
from lstm_viz.model import TextTrace
from lstm_viz.notation import BY_NAME
from lstm_viz.text import Token, replace_surrogates
from lstm_viz.trace import Force
from lstm_viz.trace.force.places import ranges

_LONGEST = 30  # characters of a module's name
_NAMED = 3  # forces that are described one by one
_OPERATIONS = {
    "value": "held at {:g}",
    "scale": "multiplied by {:g}",
    "add": "shifted by {:+g}",
    "lean": "pre-activation shifted by {:+g}",
}


def describe_forces(forces: Sequence[Force], tokens: Sequence[Token]) -> str:
    """Return what is forced, for instance: forget gate at “but” (word 5), held at 0.

    Args:
        forces: of an experiment.
        tokens: of the text; the sentence counts words and layers from 1, and units from 0.
    """
    described = "; ".join(_describe(force, tokens) for force in forces[:_NAMED])
    more = len(forces) - _NAMED
    return f"{described}; and {more} more" if more > 0 else described


def _describe(force: Force, tokens: Sequence[Token]) -> str:
    parts = [BY_NAME[force.quantity].label.lower()]
    if force.units is not None:
        parts.append(f"of unit{'s'[: len(force.units) > 1]} {_ranges(force.units, 0)}")
    if force.module is not None:
        parts.append(f"in “{replace_surrogates(force.module)[:_LONGEST]}”")
    if force.layer is not None:
        parts.append(f"in layer {force.layer + 1}")
    if force.direction is not None:
        parts.append(f"reading {force.direction}")
    parts.append(_at(force.steps, tokens))
    amount = _OPERATIONS[force.operation]
    array = re.sub(r"{.*?}", "an array", amount)
    change = array if force.shape else amount.format(force.number)
    return f"{' '.join(filter(None, parts))}, {change}"


def _at(steps: Iterable[int] | None, tokens: Sequence[Token]) -> str:
    if steps is None:
        return "at every word"
    reached = [step for step in steps if step < len(tokens)]
    if len(reached) == 1:
        return f"at {quoted_word(tokens, reached[0])}"
    return f"at words {_ranges(reached, 1)}"


def _ranges(numbers: Sequence[int], first: int) -> str:
    """Return numbers as ranges for a sentence: 2–5, 9."""
    return ranges(numbers, first).replace("-", "–").replace(",", ", ")


def outcome(forced: TextTrace, unforced: TextTrace) -> str:
    """Return what the prediction is with the experiment, and without it.

    Args:
        forced: the trace of the experiment.
        unforced: the trace of the same text with nothing forced.

    Returns:
        One sentence about the label that the experiment's path follows, in whole percent.
    """
    label = prediction_path(forced).label
    ends = [
        f"{trace.probabilities[-1, label]:.0%}".replace("%", " %") for trace in (forced, unforced)
    ]
    name = replace_surrogates(forced.labels[label])
    if ends[0] == ends[1]:
        return f"The text ends at {ends[0]} {name} either way."
    return f"The text then ends at {ends[0]} {name}, not at {ends[1]}."
