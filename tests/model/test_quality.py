"""How good the packaged model is: on sentences written for it, and on the official test parts."""

import os

import numpy as np
import pytest
import torch

from lstm_viz.training.quality import PLACES, behaviour, calibration_error, quality


def test_calibration_error_by_hand():
    confidence = np.array([0.55, 0.55, 0.95, 0.95])
    right = np.array([True, False, True, True])
    assert calibration_error(confidence, right) == pytest.approx((0.05 + 0.05) / 2)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def test_quality_counts_each_place():
    positive = np.array([[0.4, 0.9], [0.6, 0.2]])
    found = quality(positive, np.array([1.0, 0.0], np.float32))
    assert found.accuracy_at == (0.0, 1.0)
    assert found.accuracy == 1.0


def test_sentences_written_to_test_it(classifier):
    found = behaviour(classifier)
    assert sum(found.sentences.values()) == 80
    assert found.overall >= 0.85
    assert found.right["negated"] >= 0.7


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Not a bad film at all.", "Not a good film at all."),
        ("It was never boring.", "It was never funny."),
        ("The plot is thin, but I loved it.", "The plot is clever, but I hated it."),
        ("I enjoyed every minute.", "I wish I had stayed at home."),
    ],
)
def test_negation_and_contrast_turn_the_verdict(classifier, better, worse):
    positive = classifier.predict([better, worse])[:, 1]
    assert positive[0] > 0.5 > positive[1]


@pytest.fixture
def all_cores():
    """Undo what the app sets for itself: one thread a text."""
    before = torch.get_num_threads()
    torch.set_num_threads(os.cpu_count() or 1)
    yield
    torch.set_num_threads(before)


def _on_test_part(classifier, file):
    from lstm_viz.training.classify import margins
    from lstm_viz.training.corpus import labelled, texts_from

    texts, labels = labelled(file, "test")
    rows = texts_from(classifier.reader, texts, labels.astype(np.float32))
    assert len(rows) == len(texts)
    margin = margins(classifier.network, rows, PLACES)
    return quality(1 / (1 + np.exp(-margin.astype(np.float64))), rows.targets)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.usefixtures("all_cores")
def test_imdb_test_part(classifier):
    found = _on_test_part(classifier, "imdb")
    assert found.texts == 25_000
    assert found.accuracy >= 0.905
    assert found.calibration_error <= 0.06


@pytest.mark.data
def test_sst_test_part(classifier):
    found = _on_test_part(classifier, "sst")
    assert found.texts == 1_821
    assert found.accuracy >= 0.83
