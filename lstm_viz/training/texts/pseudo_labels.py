"""What is a text worth that nobody labelled? The opinion of a linear model of its words."""

import numpy as np
from jaxtyping import Float
from scipy.sparse import diags
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from lstm_viz.training.texts.corpus import Texts

_INVERSE_PENALTY = 0.1  # 0.03 to 1 are alike on held-out film reviews
_SEEN_IN = 2  # texts; what stands in one alone teaches nothing
_BITS = 20  # of one word's number in the number of a pair or triple


def opinions(labelled: Texts, unlabelled: Texts) -> Float[np.ndarray, "text label"]:
    """Return the probability of each of two labels of unlabelled texts.

    Logistic regression on which words, pairs and triples a text holds, each weighted by how much
    more often it stands in texts of the one label than of the other.

    Args:
        labelled: each with one right label of two; some of each.
        unlabelled: targets are not looked at.

    Reference:
        Wang and Manning 2012, Baselines and Bigrams, section 2.2.
    """
    label = labelled.targets.argmax(1)
    counter = CountVectorizer(
        analyzer=_words_pairs_triples, binary=True, min_df=_SEEN_IN, dtype=np.float32
    )
    held = counter.fit_transform(_each(labelled))
    weights = diags(_ratios(held[label == 1].sum(0), held[label == 0].sum(0)))
    model = LogisticRegression(
        C=_INVERSE_PENALTY, solver="liblinear", dual=True, max_iter=300, random_state=0
    )
    model.fit(held @ weights, label)
    chances: Float[np.ndarray, "text label"] = model.predict_proba(
        counter.transform(_each(unlabelled)) @ weights
    ).astype(np.float32)
    return chances


def _ratios(positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Return the logarithm of how much more often each stands on the one side, one added."""
    shares = [
        (np.asarray(count).ravel() + 1) / (count.sum() + count.size)
        for count in (positive, negative)
    ]
    ratios: np.ndarray = np.log(shares[0] / shares[1]).astype(np.float32)
    return ratios


def _each(texts: Texts) -> list[np.ndarray]:
    return [texts[index] for index in range(len(texts))]


def _words_pairs_triples(numbers: np.ndarray) -> list[int]:
    # Each is one whole number. Words have numbers far below 2^20, and none below 1 is a word.
    words = numbers.astype(np.int64)
    pairs = (words[:-1] << _BITS) + words[1:]
    triples = (pairs[:-1] << _BITS) + words[2:]
    return [*words.tolist(), *pairs.tolist(), *triples.tolist()]
