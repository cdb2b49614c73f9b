"""What does the model think after each word, and what do its gates do there?

Everything that the Read page shows, whatever draws it.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.model import TextTrace

PerStep = Float[np.ndarray, " step"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The course of one reading; arrays have one entry per word, in reading order.

    Attributes:
        label: index of the label that is followed.
        before: probability of that label before the first word, from the read-out's bias.
        probability: of that label after each word, in [0, 1].
        moved: change of that probability by each word, in [-1, 1].
        turning_point: the word with the largest change; the first of equals.
        input_gate, forget_gate, output_gate: mean over units, in [0, 1].
        candidate: mean size |g| over units, in [0, 1].
        kept: mean size of f · c before, over units.
        written: mean size of i · g, over units.
        cell_state: mean size |c| after the word, over units.
        hidden_state: mean size |h| after the word, over units, in [0, 1].

    Law:
        before + moved[0] + … + moved[t] = probability[t].
    """

    label: int
    before: float
    probability: PerStep
    moved: PerStep
    turning_point: int
    input_gate: PerStep
    forget_gate: PerStep
    output_gate: PerStep
    candidate: PerStep
    kept: PerStep
    written: PerStep
    cell_state: PerStep
    hidden_state: PerStep


def reading(trace: TextTrace, label: int | None = None) -> Reading:
    """Follow one label through a reading.

    Args:
        trace: of a text.
        label: which to follow; by default label 1 of two, else the likeliest at the end.
    """
    if label is None:
        label = 1 if len(trace.labels) == 2 else int(trace.probabilities[-1].argmax())
    layer = trace.layers[-1]
    scores = np.exp(trace.readout_bias - trace.readout_bias.max())
    before = float(scores[label] / scores.sum())
    probability = trace.probabilities[:, label]
    moved = np.diff(probability, prepend=np.float32(before))
    kept, written = kept_and_written(trace)
    return Reading(
        label=label,
        before=before,
        probability=probability,
        moved=moved,
        turning_point=int(np.abs(moved).argmax()),
        input_gate=layer.input_gate.mean(1),
        forget_gate=layer.forget_gate.mean(1),
        output_gate=layer.output_gate.mean(1),
        candidate=np.abs(layer.candidate).mean(1),
        kept=np.abs(kept).mean(1),
        written=np.abs(written).mean(1),
        cell_state=np.abs(layer.cell_state).mean(1),
        hidden_state=np.abs(layer.hidden_state).mean(1),
    )


def kept_and_written(
    trace: TextTrace,
) -> tuple[Float[np.ndarray, "step unit"], Float[np.ndarray, "step unit"]]:
    """Split the cell state of the last layer into what was kept and what was written.

    Law:
        kept + written = cell_state, per unit, to rounding.
    """
    layer = trace.layers[-1]
    earlier = np.concatenate([layer.initial["cell_state"][None], layer.cell_state[:-1]])
    return layer.forget_gate * earlier, layer.input_gate * layer.candidate


@dataclass(frozen=True, slots=True)
class UnitStory:
    """One unit of the last layer through a reading; one entry per word.

    Attributes:
        unit: which.
        before: its cell state before each word.
        input_gate, forget_gate, candidate, output_gate, cell_state, hidden_state: its values.
        weight: in the read-out of the followed label, against the mean of the others.
        vote: hidden_state · weight, in logits.
    """

    unit: int
    before: PerStep
    input_gate: PerStep
    forget_gate: PerStep
    candidate: PerStep
    output_gate: PerStep
    cell_state: PerStep
    hidden_state: PerStep
    weight: float
    vote: PerStep


def unit_story(trace: TextTrace, unit: int, label: int) -> UnitStory:
    """Follow one unit through a reading."""
    layer = trace.layers[-1]
    values = {name: array[:, unit] for name, array in layer.quantities.items()}
    before = np.concatenate([layer.initial["cell_state"][None, unit], values["cell_state"][:-1]])
    weight = float(verdict_weight(trace, label)[unit])
    return UnitStory(
        unit=unit, before=before, weight=weight, vote=values["hidden_state"] * weight, **values
    )


def verdict_weight(trace: TextTrace, label: int) -> Float[np.ndarray, " unit"]:
    """How much does each unit of the last layer speak for a label?

    Returns:
        Its read-out weight for the label minus the mean of its weights for the others, in
        logits per unit of hidden state. With two labels this is what the log-odds are made of.
    """
    others = np.delete(trace.readout_weight, label, axis=0)
    weight: Float[np.ndarray, " unit"] = trace.readout_weight[label] - others.mean(0)
    return weight


def strongest_units(trace: TextTrace, step: int, label: int, count: int) -> list[tuple[int, float]]:
    """Which units' votes did one word change most?

    Returns:
        The units and the changes of their votes in logits, the largest by size first.

    Law:
        Over all units the changes sum to the change of the log-odds (with two labels).
    """
    hidden = trace.layers[-1].hidden_state
    earlier = hidden[step - 1] if step else trace.layers[-1].initial["hidden_state"]
    change = (hidden[step] - earlier) * verdict_weight(trace, label)
    order = np.argsort(-np.abs(change), kind="stable")[:count]
    return [(int(unit), round(float(change[unit]), 6)) for unit in order]
