"""How does the prediction change word by word, and what does the cell do there?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lstm_viz.analyses.cell import Term, terms
from lstm_viz.model import TextTrace

PerStep = Float[np.ndarray, " step"]


@dataclass(frozen=True, slots=True)
class PredictionPath:
    """The probability of one label after each word of a text.

    Attributes:
        label: index of the label that is followed.
        before: its probability before the first word, from the read-out's bias; an equal share for
            each label where there is no such bias.
        probability: of that label after each word, in [0, 1].
        change: of that probability at each word, in [-1, 1].
        turning_point: the step with the largest change; the first of equals.
        terms: of the last layer's cell at each word, in the order of its equation.

    Law:
        before + change[0] + … + change[t] = probability[t].
    """

    label: int
    before: float
    probability: PerStep
    change: PerStep
    turning_point: int
    terms: tuple[Term, ...]


def prediction_path(trace: TextTrace, label: int | None = None) -> PredictionPath:
    """Follow one label through a text.

    Args:
        trace: of a text.
        label: to follow; by default label 1 of two, else the likeliest at the end.
    """
    if label is None:
        label = 1 if len(trace.labels) == 2 else int(trace.probabilities[-1].argmax())
    before = float(prior_probabilities(trace)[label])
    probability = trace.probabilities[:, label]
    change = np.diff(probability, prepend=np.float32(before))
    return PredictionPath(
        label=label,
        before=before,
        probability=probability,
        change=change,
        turning_point=int(np.abs(change).argmax()),
        terms=terms(trace.top),
    )


def prior_probabilities(trace: TextTrace) -> Float[np.ndarray, " label"]:
    """Return the probability of each label before the first word; see ``PredictionPath.before``."""
    bias = np.zeros(len(trace.labels)) if trace.readout_bias is None else trace.readout_bias
    scores = np.exp(bias.astype(np.float64) - bias.max())
    prior: Float[np.ndarray, " label"] = scores / scores.sum()
    return prior
