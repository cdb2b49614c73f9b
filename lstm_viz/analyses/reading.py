"""What does the model think after each word, and what does its cell do there?

Everything that the Read page shows, whatever draws it.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.analyses.cell import Term, terms
from lstm_viz.model import TextTrace

PerStep = Float[np.ndarray, " step"]


@dataclass(frozen=True, slots=True)
class Reading:
    """The course of one reading; arrays have one entry per word, in reading order.

    Attributes:
        label: index of the label that is followed.
        before: probability of that label before the first word, from the read-out's bias; an equal
            share for each label where there is no such bias.
        probability: of that label after each word, in [0, 1].
        moved: change of that probability by each word, in [-1, 1].
        turning_point: the word with the largest change; the first of equals.
        terms: what the cell of the last layer computes at each word, in the order of its equation.

    Law:
        before + moved[0] + … + moved[t] = probability[t].
    """

    label: int
    before: float
    probability: PerStep
    moved: PerStep
    turning_point: int
    terms: tuple[Term, ...]


LEAST_KNOWN = 1 / 3  # share of known words below which a verdict is not one on the text


def known_words(trace: TextTrace) -> tuple[int, int]:
    """Return how many words of a text a model knows, and how many there are.

    Punctuation, which models of all languages share, counts only where there is nothing else.
    """
    known = [one.known for one in trace.tokens if any(sign.isalnum() for sign in one.text)]
    known = known or [one.known for one in trace.tokens]
    return sum(known), len(known)


def readable(trace: TextTrace) -> bool:
    """Whether a model knows at least a third of the words, so that its verdict is one on them."""
    known, count = known_words(trace)
    return known >= LEAST_KNOWN * count


def reading(trace: TextTrace, label: int | None = None) -> Reading:
    """Follow one label through a reading.

    Args:
        trace: of a text.
        label: which to follow; by default label 1 of two, else the likeliest at the end.
    """
    if label is None:
        label = 1 if len(trace.labels) == 2 else int(trace.probabilities[-1].argmax())
    before = float(chances_before(trace)[label])
    probability = trace.probabilities[:, label]
    moved = np.diff(probability, prepend=np.float32(before))
    return Reading(
        label=label,
        before=before,
        probability=probability,
        moved=moved,
        turning_point=int(np.abs(moved).argmax()),
        terms=terms(trace.top),
    )


def chances_before(trace: TextTrace) -> Float[np.ndarray, " label"]:
    """Return the probability of each label before the first word; see ``Reading.before``."""
    bias = np.zeros(len(trace.labels)) if trace.readout_bias is None else trace.readout_bias
    scores = np.exp(bias.astype(np.float64) - bias.max())
    chances: Float[np.ndarray, " label"] = scores / scores.sum()
    return chances


@dataclass(frozen=True, slots=True)
class Vote:
    """What one unit of the last layer says of the verdict.

    Attributes:
        weight: in the read-out of the followed label, against the mean of the others.
        vote: hidden_state · weight after each word, in logits.
    """

    weight: float
    vote: PerStep


def vote(trace: TextTrace, unit: int, label: int) -> Vote | None:
    """Follow the vote of one unit through a reading; None where units have no votes."""
    weights = verdict_weight(trace, label)
    if weights is None:
        return None
    return Vote(float(weights[unit]), trace.top.hidden_state[:, unit] * weights[unit])


def verdict_weight(trace: TextTrace, label: int) -> Float[np.ndarray, " unit"] | None:
    """How much does each unit of the last layer speak for a label?

    Returns:
        Its read-out weight for the label minus the mean of its weights for the others, in
        logits per unit of hidden state. With two labels this is what the log-odds are made of.
        None where the verdict is no weighted sum of the hidden state.
    """
    if trace.readout_weight is None:
        return None
    others = np.delete(trace.readout_weight, label, axis=0)
    weight: Float[np.ndarray, " unit"] = trace.readout_weight[label] - others.mean(0)
    return weight


def unit_weight(trace: TextTrace, label: int) -> Float[np.ndarray, " unit"] | None:
    """How much does each unit that remembers speak for a label? See ``verdict_weight``.

    Returns:
        None also behind a projection: what it puts out has votes, and is none of the units.
    """
    weight = verdict_weight(trace, label)
    memory = trace.top.quantities.get("cell_state", trace.top.hidden_state)
    return None if weight is None or len(weight) != memory.shape[1] else weight


def strongest_units(trace: TextTrace, step: int, label: int, count: int) -> list[tuple[int, float]]:
    """Which units' votes did one word change most?

    Returns:
        The units and the changes of their votes in logits, the largest by size first; nothing
        where units have no votes.

    Law:
        Over all units the changes sum to the change of the log-odds (with two labels).
    """
    weights = verdict_weight(trace, label)
    if weights is None:
        return []
    hidden = trace.top.hidden_state
    earlier = hidden[step - 1] if step else trace.top.initial["hidden_state"]
    change = (hidden[step] - earlier) * weights
    order = np.argsort(-np.abs(change), kind="stable")[:count]
    return [(int(unit), round(float(change[unit]), 6)) for unit in order]
