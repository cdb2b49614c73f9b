"""Does a classifier agree with people about sentences that are not yet finished?

People rated the phrases of the Stanford Sentiment Treebank, each by itself, and many of them begin
a sentence: "Not a bad" was rated as well as "Not a bad film". The prediction after a prefix is
compared with what people said of the prefix, not with how the sentence ends.

Each prefix is read as a text of its own. To a model that reads in one direction that is what it
thinks half-way, and no word of the treebank has to be found again among the model's own tokens.

Reference:
    Socher et al. 2013, Recursive Deep Models for Semantic Compositionality Over a Sentiment
    Treebank, section 3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow.parquet as pq
from jaxtyping import Float, Int

from lstm_viz.data.folder import data_folder
from lstm_viz.model import Classifier
from lstm_viz.training.evaluation.measure import calibration_error

RATINGS = ("very negative", "negative", "neutral", "positive", "very positive")
_NEUTRAL = 2
# A no-break space belongs to its word, as in 8 1/2: parts are split at plain spaces only.
_PART = re.compile(r"[()]|[^() ]+")
_WRITTEN = {"-LRB-": "(", "-RRB-": ")"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A node of a tree of the treebank.

    Attributes:
        rating: of the whole phrase by people: 0 very negative to 4 very positive.
        word: as written in the tree; empty unless the phrase is a single word.
        parts: the phrases it is made of; none if it is a single word.
    """

    rating: int
    word: str = ""
    parts: tuple["Phrase", ...] = ()

    def __str__(self) -> str:
        """Return the tree as published."""
        return f"({self.rating} {self.word or ' '.join(map(str, self.parts))})"

    @property
    def text(self) -> str:
        """The words joined by spaces, as in the lists of phrases."""
        return " ".join(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """The words from left to right, brackets and slashes as usual."""
        if self.parts:
            return tuple(word for part in self.parts for word in part.words)
        return (_WRITTEN.get(self.word) or re.sub(r"\\([/*])", r"\1", self.word),)


def parsed(tree: str) -> Phrase:
    """Read a tree, such as ``(3 (2 It) (4 shines))``.

    Law:
        ``str(parsed(tree)) == tree``.
    """
    parts = iter(_PART.findall(tree))
    next(parts)
    return _phrase(parts)


def beginnings(sentence: Phrase) -> tuple[Phrase, ...]:
    """Return the phrases that begin a sentence, without the whole of it.

    Returns:
        The longest first; the last is the first word. None for a sentence of one word.
    """
    return (sentence.parts[0], *beginnings(sentence.parts[0])) if sentence.parts else ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How P(positive) after a prefix compares with what people say of the prefix.

    Attributes:
        number: how many prefixes.
        rated: how many of them are not neutral.
        accuracy: share of those on whose verdict both agree, in [0, 1].
        rank_correlation: of P(positive) with the rating, over all prefixes, in [-1, 1].
        mean_positive: its mean at each rating, very negative first; NaN where there is none.
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
        split: dev is for choices, test for the report.
        unseen: leave out the prefixes that are also phrases of the training part, most of them
            short: a model may have learnt their ratings by heart.

    Raises:
        FileNotFoundError: the treebank is not there.
    """
    trees = _column("sst", "tree", split)
    found = [phrase for tree in trees for phrase in beginnings(parsed(tree))]
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
        rank_correlation=float(np.corrcoef(_ranks(positive), _ranks(ratings))[0, 1]),
        mean_positive=tuple(means),
        calibration_error=calibration_error(confidence, right),
    )


def facts(found: Agreement, texts: str) -> dict[str, float | int | str]:
    """Return an agreement as facts of a history, by their names in words.

    Args:
        found: what was measured.
        texts: whose prefixes, in words.
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


def _phrase(parts: Iterator[str]) -> Phrase:
    """Read one phrase whose opening bracket was read."""
    rating, word = int(next(parts)), ""
    inner: list[Phrase] = []
    while (part := next(parts)) != ")":
        if part == "(":
            inner.append(_phrase(parts))
        else:
            word = part
    return Phrase(rating, word, tuple(inner))


def _ranks(values: np.ndarray) -> Float[np.ndarray, " prefix"]:
    """Return the rank of each value, equal ones sharing the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return (ends - (counts - 1) / 2)[place]
