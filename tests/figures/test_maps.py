"""The maps of the Gates page: the right numbers at the right place, on fixed scales."""

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.figures import maps
from lstm_viz.figures.clicks import Click, parse_click
from lstm_viz.figures.words import Words
from lstm_viz.notation import CELL_STATE, FORGET_GATE, HIDDEN_STATE
from lstm_viz.text import Token
from lstm_viz.trace import cells as kinds

LSTM = kinds.LSTM.quantities
SHADE = 1.001 / 255  # of a scale from -1 to 1: half of one of 256 shades
ORDER = [5, 3, *[unit for unit in range(128) if unit not in (3, 5)]]


@pytest.fixture
def words(example):
    return Words(example.tokens, (3, 1), 2)


def test_each_map_shows_its_own_quantity_in_the_given_order(example, words):
    quantities = example.layers[0].quantities
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT).figure
    for trace, cells, quantity in zip(figure.data[::2], figure.data[1::2], LSTM, strict=True):
        values = quantities[quantity.name][:, ORDER].T
        seen = np.tanh(values) if quantity.name == "cell_state" else values
        low = 0 if quantity.scale == "gate" else -1
        assert trace.z.dtype == np.uint8
        np.testing.assert_allclose(low + (1 - low) * (trace.z / 255), seen, atol=SHADE)
        np.testing.assert_array_equal(cells.customdata.reshape(values.shape), values)
        assert list(trace.y[:2]) == ["unit 5", "unit 3"]
        assert (trace.zmin, trace.zmax) == (0, 255)


def test_each_cell_is_its_word_and_unit(example, words):
    quantities = example.layers[0].quantities
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT).figure
    for cells, quantity in zip(figure.data[1::2], LSTM, strict=True):
        values = quantities[quantity.name]
        np.testing.assert_array_equal(cells.customdata, values[cells.x, cells.y])
        across, down = (figure.layout[axis.replace("x", "xaxis").replace("y", "yaxis")]
                        for axis in (cells.xaxis, cells.yaxis))  # fmt: skip
        assert list(down.categoryarray) == ORDER
        assert list(across.ticktext) == words.names()
        assert cells.marker.maxdisplayed == 1
        assert len(set(zip(cells.x.tolist(), cells.y.tolist(), strict=True))) == values.size


def test_the_colour_bar_says_true_values_at_their_places(example, words):
    quantities = example.layers[0].quantities
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT).figure
    cell = figure.data[2 * LSTM.index(CELL_STATE)].colorbar
    assert list(cell.ticktext) == ["−2", "0", "+2"]
    places = np.array(cell.tickvals) / 255 * 2 - 1
    np.testing.assert_allclose(places, np.tanh([-2, 0, 2]), atol=SHADE)
    forget = figure.data[0].colorbar
    assert list(zip(forget.tickvals, forget.ticktext, strict=True)) == [
        (0, "0 shut"), (128, "0.5"), (255, "1 open"),
    ]  # fmt: skip


def test_beyond_its_limit_a_cell_state_is_drawn_on_and_a_hidden_state_as_its_end():
    tokens = tuple(Token(t, 0, 1, known=True) for t in "abcd")
    values = np.array([[-3.0], [-2.0], [2.0], [3.0]], np.float32)
    quantities = {"cell_state": values, "hidden_state": values}
    shown = (CELL_STATE, HIDDEN_STATE)
    picture = maps.maps(quantities, shown, np.arange(1), Words(tokens, (), None), palette.LIGHT)
    cell, hidden = picture.figure.data[::2]
    assert cell.z.tolist() == [[1, 5, 250, 254]]
    assert hidden.z.tolist() == [[0, 0, 255, 255]]
    assert picture.alt.endswith("largest 3.00, drawn as 1.")
    assert "Cell state: mean size 2.50 · largest 3.00;" in picture.alt


def test_what_a_projection_puts_out_is_no_unit():
    tokens = tuple(Token(t, 0, 1, known=True) for t in "ab")
    draw = np.random.default_rng(1)
    quantities = {"cell_state": draw.normal(size=(2, 4)), "hidden_state": draw.random((2, 3))}
    shown = (CELL_STATE, HIDDEN_STATE)
    order = np.array([2, 0, 3, 1])
    drawn = maps.maps(quantities, shown, order, Words(tokens, (), 0), palette.LIGHT).figure.data
    assert list(drawn[0].y) == ["unit 2", "unit 0", "unit 3", "unit 1"]
    assert list(drawn[2].y) == ["output 0", "output 1", "output 2"]
    assert parse_click([{"x": 1, "y": "output 2", "customdata": 1}], 2, 4) == Click(1, None)
    assert parse_click([{"x": 1, "y": "2", "customdata": 1}], 2, 4) == Click(1, 2)


def test_departure_is_from_the_usual_and_for_gates_alone(example, words, classifier):
    quantities = example.layers[0].quantities
    usual = classifier.held_out_mean
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT, usual).figure
    forget, cell = figure.data[1], figure.data[9]
    away = (quantities["forget_gate"] - usual["forget_gate"])[:, ORDER].T
    np.testing.assert_allclose(forget.customdata.reshape(away.shape), away, rtol=1e-6)
    drawn = figure.data[0].z / 255 - 0.5
    np.testing.assert_allclose(drawn, away.clip(-0.5, 0.5), atol=SHADE)
    assert list(figure.data[0].colorbar.ticktext) == ["−0.5", "usual", "+0.5"]
    np.testing.assert_array_equal(
        cell.customdata.reshape(away.shape), quantities["cell_state"][:, ORDER].T
    )


def test_columns_stay_apart_when_a_word_comes_twice():
    tokens = tuple(Token("so", k, k + 1, known=True) for k in range(3))
    values = np.random.default_rng(0).random((3, 4)).astype(np.float32)
    quantities = dict.fromkeys((quantity.name for quantity in LSTM), values)
    picture = maps.maps(quantities, LSTM, np.arange(4), Words(tokens, (), None), palette.LIGHT)
    assert len(set(picture.figure.data[0].x)) == 3


def test_the_finding_names_each_map_with_its_numbers():
    tokens = tuple(Token(t, 0, 1, known=True) for t in "ab")
    quantities = {
        "forget_gate": np.array([[0.05, 0.95, 0.5], [0.5, 0.99, 0.01]], np.float32),
        "cell_state": np.array([[-3.0, 0.0, 1.0], [0.5, 0.5, 1.0]], np.float32),
    }
    drawn = (FORGET_GATE, CELL_STATE)
    picture = maps.maps(quantities, drawn, np.arange(3), Words(tokens, (), None), palette.LIGHT)
    assert picture.alt == (
        "Maps of 3 units by 2 words. Forget gate: mean 0.50 · 33% < 0.1 · 33% > 0.9; "
        "Cell state: mean size 1.00 · largest 3.00."
    )
