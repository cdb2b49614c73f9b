"""How often gates are saturated, and what their openness depends on: worked out by hand."""

import re

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.analyses import gates as analysis
from lstm_viz.analyses.readout import readout_contrast
from lstm_viz.figures import saturation
from lstm_viz.figures.clicks import Click
from lstm_viz.notation import FORGET_GATE

# Two words, three units. The forget gate is a sum of what the unit and what the word add, with the
# variances 0.02667 and 0.0025; the input gate hangs on the word alone; the output gate on both.
QUANTITIES = {
    "forget_gate": np.array([[0.0, 0.2, 0.4], [0.1, 0.3, 0.5]]),
    "input_gate": np.array([[0.2, 0.2, 0.2], [0.8, 0.8, 0.8]]),
    "output_gate": np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]]),
}


def test_the_scatter_shows_karpathys_shares(example):
    gate = FORGET_GATE
    values = example.layers[0].quantities[gate.name]
    picture = saturation.scatter(gate, values, readout_contrast(example, 1), 7, palette.LIGHT)
    dots = picture.figure.data[1]
    shares = analysis.saturation(values)
    np.testing.assert_allclose(dots.x, shares.shut, atol=1e-7)
    np.testing.assert_allclose(dots.y, shares.open, atol=1e-7)
    assert list(dots.customdata) == list(range(128))
    assert dots.marker.line.width[7] > dots.marker.line.width[6]


def test_the_scatter_says_how_many_units_are_saturated_and_which_dot_is_clicked():
    values = np.tile(np.array([0.05, 0.95, 0.99, 0.5], np.float32), (12, 1))
    picture = saturation.scatter(FORGET_GATE, values, None, None, palette.LIGHT)
    assert picture.alt == (
        "Forget gate: 1 of 4 units shut, and 2 open, at more than 90 % of the words."
    )
    assert saturation.parse_click([{"customdata": 2}], 4) == Click(None, 2)
    assert saturation.parse_click([{"customdata": 4}], 4) is None
    assert saturation.parse_click([], 4) is None


def test_sources_are_the_shares_of_the_variance_of_unit_word_and_both():
    picture = saturation.sources(QUANTITIES, palette.LIGHT)
    unit, word, both = picture.figure.data
    assert list(unit.y) == ["Forget gate", "Input gate", "Output gate"]
    np.testing.assert_allclose(unit.x, [0.0266667 / 0.0291667, 0, 0], atol=1e-6)
    np.testing.assert_allclose(word.x, [0.0025 / 0.0291667, 1, 0], atol=1e-6)
    np.testing.assert_allclose(both.x, [0, 0, 1], atol=1e-6)
    assert picture.alt == (
        "Share of the variance for forget gate, input gate, output gate: "
        "unit 91%, 0%, 0%; word 9%, 100%, 0%; unit × word 0%, 0%, 100%."
    )


def test_the_names_of_the_shares_stand_above_the_middles_of_their_segments():
    only_words = dict.fromkeys(QUANTITIES, QUANTITIES["input_gate"])
    places = {
        re.sub("<.*?>", "", note.text): note.x
        for note in saturation.sources(only_words, palette.LIGHT).figure.layout.annotations
    }
    assert places["the word"] == pytest.approx(0.5)
    names = saturation.sources(QUANTITIES, palette.LIGHT).figure.layout.annotations
    middles = [note.x for note in names]
    assert middles[0] == pytest.approx(0.0266667 / 0.0291667 / 2)
    assert min(np.diff(middles)) >= 0.08


def test_headlines_count_the_units_that_hardly_leave_one_end():
    always = {"forget_gate": np.ones((12, 2)), "input_gate": np.zeros((12, 2))}
    assert saturation.headline(always) == (
        "2 of 2 units almost never forget, and 2 almost never write"
    )
    assert saturation.headline({"update_gate": np.ones((12, 3))}) == (
        "3 of 3 units almost never update, and 0 almost never remember"
    )
    assert "few words" in saturation.headline({k: v[:3] for k, v in always.items()})
    one = {"forget_gate": np.tile([1.0, 0.5], (12, 1)), "input_gate": np.full((12, 2), 0.5)}
    assert saturation.headline(one) == (
        "1 of 2 units almost never forgets, and 0 almost never write"
    )
