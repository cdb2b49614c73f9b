"""How good is a classifier? The figures of a model card."""

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from lstm_viz.model import Classifier

BINS = 10
PLACES = np.array([0.25, 0.5, 0.75, 1.0])


def calibration_error(
    confidence: Float[np.ndarray, " text"], right: Bool[np.ndarray, " text"]
) -> float:
    """By how much is a classifier surer than it is right?

    Args:
        confidence: probability of the predicted class, in [0, 1].
        right: whether that class is the label.

    Returns:
        The mean of |mean confidence - share right| over ten equal-width bins of confidence,
        weighted by the texts in each; in [0, 1].

    Reference:
        Guo et al. 2017, On Calibration of Modern Neural Networks, equation 3.
    """
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[places == place].sum() - right[places == place].sum())
        for place in range(BINS)
    ]
    return float(sum(gaps) / len(confidence))


@dataclass(frozen=True, slots=True)
class Quality:
    """How good predictions are on labelled texts.

    Attributes:
        texts: how many.
        accuracy: share of texts read rightly to the end.
        accuracy_at: the same after a quarter, a half, three quarters and the whole of a text.
        calibration_error_at: at the same places.
    """

    texts: int
    accuracy: float
    accuracy_at: tuple[float, ...]
    calibration_error_at: tuple[float, ...]

    @property
    def calibration_error(self) -> float:
        """The mean over the four places."""
        return float(np.mean(self.calibration_error_at))


def quality(
    positive: Float[np.ndarray, "text place"], targets: Float[np.ndarray, " text"]
) -> Quality:
    """Compare P(positive) at the four places of each text with its label.

    Args:
        positive: P(positive), in [0, 1].
        targets: 0 or 1.
    """
    right = (positive > 0.5) == (targets[:, None] > 0.5)
    confidence = np.maximum(positive, 1 - positive)
    errors = [calibration_error(confidence[:, k], right[:, k]) for k in range(positive.shape[1])]
    accuracies = [float(value) for value in right.mean(0)]
    return Quality(len(targets), accuracies[-1], tuple(accuracies), tuple(errors))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a classifier reads sentences that were written to test it.

    Attributes:
        sentences: how many of each capability.
        right: share read rightly, by capability.
        wrong: the sentences read wrongly.
    """

    sentences: dict[str, int]
    right: dict[str, float]
    wrong: tuple[str, ...]

    @property
    def overall(self) -> float:
        """Share of all sentences read rightly."""
        total = sum(self.sentences.values())
        return sum(self.right[key] * count for key, count in self.sentences.items()) / total


def behaviour(classifier: Classifier, part: Literal["choices", "report"] = "report") -> Behaviour:
    """Measure a classifier on the sentences of ``behaviour.tsv``.

    Args:
        classifier: with the labels negative and positive.
        part: every second sentence was kept for choices; the others are for the report.
    """
    raw = (files("lstm_viz.training") / "behaviour.tsv").read_text(encoding="utf-8")
    rows = list(csv.reader(raw.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    rows = rows[0 if part == "choices" else 1 :: 2]
    positive = classifier.predict([text for _, _, text in rows])[:, 1] > 0.5
    right = [
        bool(seen) == (label == "1") for seen, (_, label, _) in zip(positive, rows, strict=True)
    ]
    kinds = sorted({kind for kind, _, _ in rows})
    of_kind = {
        kind: [ok for ok, row in zip(right, rows, strict=True) if row[0] == kind] for kind in kinds
    }
    return Behaviour(
        {kind: len(values) for kind, values in of_kind.items()},
        {kind: sum(values) / len(values) for kind, values in of_kind.items()},
        tuple(row[2] for ok, row in zip(right, rows, strict=True) if not ok),
    )
