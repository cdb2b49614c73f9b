"""Agreement of a classifier with people about sentences that are not yet finished.

People rated the phrases of the Stanford Sentiment Treebank one by one, and many of them begin a
sentence: "Not a bad" was rated as well as "Not a bad film". The prediction after a prefix is
compared with the rating of the prefix, not with how the sentence ends.

Each prefix is classified as a text of its own. For a unidirectional model that is its prediction
half-way, and words of the treebank need not be matched with the model's own tokens.

Reference:
    Socher et al. 2013, Recursive Deep Models for Semantic Compositionality Over a Sentiment
    Treebank, section 3.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Float, Int
from scipy.stats import spearmanr

from lstm_viz.data.folder import data_folder
from lstm_viz.data.trees import prefixes
from lstm_viz.model import Classifier
from lstm_viz.training.evaluation.measure import calibration_error

RATINGS = ("very negative", "negative", "neutral", "positive", "very positive")
_NEUTRAL = 2


@dataclass(frozen=True, slots=True)
class Agreement:
    """How P(positive) after a prefix compares with the rating of the prefix.

    Attributes:
        number: of prefixes.
        rated: number of prefixes that are not neutral.
        accuracy: share of those on whose label both agree, in [0, 1].
        rank_correlation: Spearman's, of P(positive) and the rating, over all prefixes, in [-1, 1].
        mean_positive: mean of P(positive) by rating, very negative first; NaN without any.
        calibration_error: mean gap between confidence and agreement, of those not neutral.
    """

    number: int
    rated: int
    accuracy: float
    rank_correlation: float
    mean_positive: tuple[float, ...]
    calibration_error: float


def measure(
    classifier: Classifier, split: Literal["dev", "test"], *, unseen: bool = False
) -> Agreement:
    """Measure a classifier on every prefix that is a phrase of the treebank.

    Args:
        classifier: with the labels negative and positive, in any order.
        split: dev for choices, test for the report.
        unseen: leave out prefixes that are also phrases of the training part, most of them short:
            a model may have learned their ratings by heart.

    Raises:
        FileNotFoundError: the treebank is not there.
    """
    found = [phrase for tree in _column("sst", "tree", split) for phrase in prefixes(tree)]
    if unseen:
        seen = {text.lower() for text in _column("sst_phrases", "text", "train")}
        found = [phrase for phrase in found if phrase.text.lower() not in seen]
    probabilities = classifier.predict([phrase.text for phrase in found])
    positive = probabilities[:, classifier.labels.index("positive")]
    return agreement(positive, np.array([phrase.rating for phrase in found]))


def agreement(
    positive: Float[np.ndarray, " prefix"], ratings: Int[np.ndarray, " prefix"]
) -> Agreement:
    """Compare P(positive) with ratings.

    Args:
        positive: in [0, 1]; not all equal.
        ratings: 0 to 4; not all equal.
    """
    rated = ratings != _NEUTRAL
    right = ((positive > 0.5) == (ratings > _NEUTRAL))[rated]
    confidence = np.maximum(positive, 1 - positive)[rated]
    means = [
        float(positive[ratings == rating].mean()) if (ratings == rating).any() else float("nan")
        for rating in range(len(RATINGS))
    ]
    return Agreement(
        number=len(ratings),
        rated=int(rated.sum()),
        accuracy=float(right.mean()),
        rank_correlation=float(spearmanr(positive, ratings).statistic),
        mean_positive=tuple(means),
        calibration_error=calibration_error(confidence, right),
    )


def facts(found: Agreement, texts: str) -> dict[str, float | int | str]:
    """Return an agreement as facts of a history, by their names in words.

    Args:
        found: the agreement.
        texts: that the prefixes are from, in words.
    """
    of = f"prefixes of {texts}"
    means = zip(RATINGS, found.mean_positive, strict=True)
    return {
        f"{of}: number": found.number,
        f"{of}: not neutral": found.rated,
        f"{of}: accuracy where not neutral": found.accuracy,
        f"{of}: calibration error where not neutral": found.calibration_error,
        f"{of}: rank correlation with the rating": found.rank_correlation,
        **{f"{of}: mean P(positive), {name}": mean for name, mean in means if not np.isnan(mean)},
    }


def _column(file: str, column: str, split: str) -> list[str]:
    path = data_folder() / f"{file}.parquet"
    rows = pq.read_table(path, columns=[column], filters=[("split", "==", split)])
    values: list[str] = rows[column].to_pylist()
    return values
