"""What figures over words share: one axis, a frame, labels that do not touch, and clicks."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz import notation, palette
from lstm_viz.figures import gates, maps
from lstm_viz.figures.annotations import EndLabel, add_end_labels, spread_apart
from lstm_viz.figures.clicks import Click, make_clickable, parse_click
from lstm_viz.figures.word_figure import Row, word_figure
from lstm_viz.figures.words import Words
from lstm_viz.text import Token
from lstm_viz.trace.cells import GRU, LSTM, RNN_TANH

KINDS = (LSTM.quantities, GRU.quantities, RNN_TANH.quantities)
LARGEST = 1_800_000  # bytes of six maps of 200 words and 128 units


def words_of(count, current=0):
    tokens = tuple(Token(f"w{k % 7}", k, k + 1, known=True) for k in range(count))
    return Words(tokens, (0, count // 2), current)


def drawn(quantities, steps, units, words):
    draw = np.random.default_rng(steps)
    values = {one.name: draw.random((steps, units)).astype(np.float32) for one in quantities}
    found = [maps.maps(values, quantities, np.arange(units), words, palette.LIGHT)]
    if notation.gates_among(values):
        found.append(gates.means(values, {}, words, palette.LIGHT))
    return [picture.figure for picture in found]


@pytest.mark.parametrize("steps", [1, 2, 17, 90])
@pytest.mark.parametrize("quantities", KINDS, ids=["LSTM", "GRU", "RNN"])
def test_a_word_stands_in_one_column_of_all_figures(quantities, steps):
    words = words_of(steps)
    figures = drawn(quantities, steps, 5, words)
    assert len({(figure.layout.margin.l, figure.layout.margin.r) for figure in figures}) == 1
    assert not any(figure.layout.margin.autoexpand for figure in figures)
    for figure in figures:
        rows = [axis for axis in figure.select_xaxes() if not axis.overlaying]
        assert all(list(axis.categoryarray) == words.names() for axis in rows)
        assert rows[-1].range == (-0.5, steps - 0.5)
        over = [axis for axis in figure.select_xaxes() if axis.overlaying]
        assert all(axis.range == (-0.5, steps - 0.5) for axis in over)
        frames = {(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"}
        assert frames == {(-0.5, 0.5)}


def told(mark, at):
    """Return a point of a selection as the browser tells it: places on axes as text or number."""
    number = lambda value: value.item() if isinstance(value, np.generic) else value  # noqa: E731
    point = {"x": number(mark.x[at]), "y": str(number(mark.y[at]))}
    return json.loads(json.dumps(point | {"customdata": number(mark.customdata[at])}))


@pytest.mark.parametrize("steps", [1, 17, 300])
def test_every_word_can_be_clicked_in_every_row_and_every_unit_in_maps(steps):
    units = 5
    of_units, of_words = drawn(LSTM.quantities, steps, units, words_of(steps))
    every = {Click(step, unit) for step in range(steps) for unit in range(units)}
    marks = [trace for trace in of_units.data if trace.name == "click"]
    assert len(marks) == len(LSTM.quantities)
    for mark in marks:
        assert {parse_click([told(mark, at)], steps, units) for at in range(len(mark.x))} == every
    marks = [trace for trace in of_words.data if trace.name == "click"]
    assert len(marks) == len(notation.gates_among(LSTM.names))
    for mark in marks:
        found = [parse_click([told(mark, at)], steps, units) for at in range(len(mark.x))]
        assert found == [Click(step, None) for step in range(steps)]
    assert all(mark.marker.opacity == 0 for mark in marks)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["x", "y", "customdata"]),
            st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
        )
    ),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_what_a_browser_tells_is_checked(points, steps, units):
    found = parse_click(points, steps, units)
    assert found is None or 0 <= found.step < steps
    assert found is None or found.unit is None or 0 <= found.unit < units


def test_known_clicks():
    assert parse_click([], 3, 3) is None
    wide_open = {"x": 2, "y": "1", "customdata": 1}
    assert parse_click([wide_open], 3, 3) == Click(2, 1)
    assert parse_click([{"x": "so (word 2)", "y": 0.5, "customdata": [1]}], 3, 3) == Click(1, None)
    assert parse_click([{"x": 3, "y": 1, "customdata": 0.5}], 3, 3) is None
    assert parse_click([{"x": 0, "y": 3, "customdata": 0.5}], 3, 3) == Click(0, None)
    assert parse_click([{"x": True, "y": 1, "customdata": 0.5}], 3, 3) is None


@given(st.dictionaries(st.integers(), st.floats(0, 500), max_size=9), st.floats(1, 30))
def test_labels_are_pushed_apart_upwards_in_their_order(places, line):
    found = spread_apart(places, line)
    assert found.keys() == places.keys()
    heights = sorted(found.values())
    assert all(b - a >= line * (1 - 1e-9) for a, b in pairwise(heights))
    assert all(found[key] >= place for key, place in places.items())
    assert [k for k, _ in sorted(found.items(), key=lambda item: item[1])] == sorted(
        places, key=places.__getitem__
    )


def test_end_labels_stand_at_their_values():
    words = words_of(4, None)
    figure = word_figure([Row("A", "a fact", "#102030")], 100, words, palette.LIGHT)
    assert not figure.layout.shapes
    ends = [EndLabel(1.0, "one", "#000000"), EndLabel(0.0, "nought", "#000000")]
    add_end_labels(figure, ends, (-1.0, 1.0), 100, row=1)
    make_clickable(figure, words, [0.0])
    notes = {note.text: note.y for note in figure.layout.annotations}
    assert (notes["one"], notes["nought"]) == (1.0, 0.5)
    assert any("<b>A</b>" in text and "a fact" in text for text in notes)


def test_maps_of_a_long_review_are_not_too_heavy():
    figure, _ = drawn(LSTM.quantities, 200, 128, words_of(200))
    assert len(figure.to_json()) <= LARGEST
