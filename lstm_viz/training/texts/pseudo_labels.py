"""Pseudo-labels: what a linear model of words predicts for unlabelled texts."""

import numpy as np
from jaxtyping import Float
from scipy.sparse import diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from lstm_viz.training.texts.corpus import Texts

_INVERSE_PENALTY = 0.1  # 0.03 to 1 are alike on held-out film reviews
_SEEN_IN = 2  # texts; what occurs in a single one teaches nothing
_BITS = 20  # of one word's number in the number of a pair or triple


def predict(labelled: Texts, unlabelled: Texts) -> Float[np.ndarray, "text label"]:
    """Return the probability of each of two labels of unlabelled texts.

    Logistic regression on the words, pairs and triples of a text, each weighted by how much more
    often it occurs in texts of one label than of the other.

    Args:
        labelled: each with one of two labels; there are some of each.
        unlabelled: its targets are ignored.

    Reference:
        Wang and Manning 2012, Baselines and Bigrams, section 2.2.
    """
    label = labelled.targets.argmax(1)
    counter = CountVectorizer(
        analyzer=_words_pairs_triples, binary=True, min_df=_SEEN_IN, dtype=np.float32
    )
    features = counter.fit_transform(_each(labelled))
    weights = diags(_ratios(features[label == 1].sum(0), features[label == 0].sum(0)))
    model = LogisticRegression(
        C=_INVERSE_PENALTY, solver="liblinear", dual=True, max_iter=300, random_state=0
    )
    model.fit(features @ weights, label)
    probabilities: Float[np.ndarray, "text label"] = model.predict_proba(
        counter.transform(_each(unlabelled)) @ weights
    ).astype(np.float32)
    return probabilities


def _ratios(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Return the log-ratio of the shares of each feature, with one added to every count."""
    shares = [
        (np.asarray(count).ravel() + 1) / (count.sum() + count.size)
        for count in (positive, negative)
    ]
    ratios: np.ndarray = np.log(shares[0] / shares[1]).astype(np.float32)
    return ratios


def _each(texts: Texts) -> list[np.ndarray]:
    return [texts[index] for index in range(len(texts))]


def _words_pairs_triples(numbers: np.ndarray) -> list[int]:
    # Each is a single integer: the numbers of words are far below 2^20, and above 0.
    words = numbers.astype(np.int64)
    pairs = (words[:-1] << _BITS) + words[1:]
    triples = (pairs[:-1] << _BITS) + words[2:]
    return [*words.tolist(), *pairs.tolist(), *triples.tolist()]
