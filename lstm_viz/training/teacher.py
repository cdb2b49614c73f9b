"""What is a text worth that nobody labelled? The opinion of a model of words and pairs."""

import numpy as np
from jaxtyping import Float
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from lstm_viz.training.corpus import Texts


def opinions(labelled: Texts, unlabelled: Texts) -> Float[np.ndarray, "text label"]:
    """Return the probability of each label of unlabelled texts, by TF-IDF of words and pairs.

    Args:
        labelled: each with one right label.
        unlabelled: targets are not looked at.
    """
    vectorizer = TfidfVectorizer(
        analyzer=_words_and_pairs, min_df=3, sublinear_tf=True, dtype=np.float32
    )
    model = LogisticRegression(C=30.0, max_iter=200)
    model.fit(vectorizer.fit_transform(_each(labelled)), labelled.targets.argmax(1))
    chances: Float[np.ndarray, "text label"] = model.predict_proba(
        vectorizer.transform(_each(unlabelled))
    ).astype(np.float32)
    return chances


def _each(texts: Texts) -> list[np.ndarray]:
    return [texts[index] for index in range(len(texts))]


def _words_and_pairs(numbers: np.ndarray) -> list[int]:
    # A pair is one whole number: first word × 2^20 + second word. Numbers are far below 2^20.
    values = numbers.astype(np.int64)
    pairs = (values[:-1] << 20) + values[1:]
    return [*values.tolist(), *pairs.tolist()]
