"""Means of gates word by word: the numbers worked out by hand, and the finding."""

import re

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.figures import gates
from lstm_viz.figures.words import Words
from lstm_viz.notation import INPUT_GATE, UPDATE_GATE
from lstm_viz.text import Token

# Three words, two units. Means over units: 0.2, 0.4, 0.8; over everything: 0.4667.
FORGET = np.array([[0.0, 0.4], [0.2, 0.6], [0.9, 0.7]], np.float32)
WORDS = Words(tuple(Token(t, 0, 1, known=True) for t in ("a", "bad", "film")), (), 1)


def drawn(reference):
    picture = gates.means({"forget_gate": FORGET}, reference, WORDS, palette.LIGHT)
    notes = [re.sub("<.*?>", "", note.text) for note in picture.figure.layout.annotations]
    return picture, notes


def test_each_word_has_the_mean_over_units_and_a_band_from_the_10th_to_the_90th_percentile():
    picture, _ = drawn({})
    low, high, mean, _ = picture.figure.data
    np.testing.assert_allclose(low.y, [0.04, 0.24, 0.72], atol=1e-6)
    np.testing.assert_allclose(high.y, [0.36, 0.56, 0.88], atol=1e-6)
    np.testing.assert_allclose(mean.y, [0.2, 0.4, 0.8], atol=1e-6)
    assert list(mean.x) == ["a (word 1)", "bad (word 2)", "film (word 3)"]


@pytest.mark.parametrize(
    ("reference", "height", "end"),
    [({}, 1.4 / 3, "mean 0.47"), ({"forget_gate": np.array([0.1, 0.4])}, 0.25, "usual 0.25")],
)
def test_the_dotted_line_is_the_usual_mean_or_else_that_of_the_text(reference, height, end):
    picture, notes = drawn(reference)
    (dotted,) = [shape for shape in picture.figure.layout.shapes if shape.line.dash == "dot"]
    assert dotted.y0 == dotted.y1 == pytest.approx(height, abs=1e-6)
    assert end in notes
    assert picture.alt == (
        f"Mean of each gate after each word: Forget gate from 0.20 to 0.80, {end}."
    )


def test_the_words_furthest_from_the_line_are_named_with_their_mean():
    _, notes = drawn({"forget_gate": np.array([0.1, 0.4])})
    assert {"film 0.80", "bad 0.40", "a 0.20"} <= set(notes)


def test_the_finding_is_the_word_that_opens_a_gate_widest():
    tokens = tuple(Token(t, 0, 1, known=True) for t in ("so", "sad", "so"))
    gate = np.array([[0.1, 0.2], [0.3, 0.3], [0.6, 0.8]], np.float32)
    assert gates.headline(INPUT_GATE, gate, 0.38, tokens) == (
        "“so” (word 3) opens the input gate widest: 0.70 on average, where 0.38 is usual"
    )
    assert gates.headline(UPDATE_GATE, gate[:2], None, tokens[:2]) == (
        "“sad” opens the update gate widest: 0.30 on average"
    )
    long = (Token("q" * 99_999, 0, 1, known=True),)
    assert gates.headline(UPDATE_GATE, gate[:1], None, long).startswith(f"“{'q' * 59}…” opens")
