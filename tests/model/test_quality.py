"""How good the packaged models are: what their cards say is measured again."""

import os
from functools import cache

import numpy as np
import pytest
import torch

import lstm_viz
from lstm_viz.model import history
from lstm_viz.training import recipe_file
from lstm_viz.training.evaluation import handwritten_suite, measure
from lstm_viz.training.evaluation.measure import calibration_error
from lstm_viz.training.texts import sources
from lstm_viz.training.texts.corpus import encode

END = (1.0,)


def test_calibration_error_by_hand():
    confidence = np.array([0.55, 0.55, 0.95, 0.95])
    right = np.array([True, False, True, True])
    assert calibration_error(confidence, right) == pytest.approx((0.05 + 0.05) / 2)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def test_sentences_written_to_test_it(classifier):
    found = {one.name: one for one in handwritten_suite.measure(classifier)}
    every = history("imdb-lstm").capabilities
    cards = {one.name: one for one in every if one.suite == handwritten_suite.SUITE}
    assert sum(one.number for one in found.values()) == 200
    for name, one in found.items():
        assert one.right == pytest.approx(cards[name].right, abs=1e-4)


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


@cache
def parts_of(data):
    """The test parts of a data set; of films, only what is asked for below is cut into words."""
    name = {"films": "imdb-lstm", "hotel": "hotel-lstm", "news": "news-lstm"}[data]
    return sources.load_source(recipe_file.load(name)).tests


def right_at_the_end(classifier, rows):
    texts = encode(classifier.text_encoder, rows)
    assert len(texts) == len(rows.texts)
    said = measure.logits_at(classifier.network, texts, END)[:, 0]
    return float((said.argmax(1) == texts.targets.argmax(1)).mean())


def on_the_card(name, texts):
    (figure,) = [one for one in history(name).figures if one.texts == texts]
    assert figure.part == "test"
    return figure.accuracy


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.usefixtures("all_cores")
@pytest.mark.parametrize("name", lstm_viz.available())
def test_the_figures_of_a_card_are_found_again(name):
    classifier = lstm_viz.load(name)
    for texts, rows in parts_of(history(name).recipe["data"]).items():
        if len(rows.texts) <= 10_000:
            found = right_at_the_end(classifier, rows)
            assert found == pytest.approx(on_the_card(name, texts), abs=1e-3)


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.usefixtures("all_cores")
def test_the_imdb_test_part(classifier):
    rows = parts_of("films")["IMDB, test part"]
    assert len(rows.texts) == 25_000
    found = right_at_the_end(classifier, rows)
    assert found == pytest.approx(on_the_card("imdb-lstm", "IMDB, test part"), abs=1e-3)
    assert found >= 0.92
