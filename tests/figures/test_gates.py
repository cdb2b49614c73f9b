"""The pictures of the Gates page: the right numbers at the right place, on fixed scales."""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.analyses import gates as analysis
from lstm_viz.analyses.readout import readout_contrast
from lstm_viz.figures import gates, maps, saturation
from lstm_viz.figures.clicks import Click, clicked
from lstm_viz.figures.words import Words
from lstm_viz.notation import CELL_STATE, HIDDEN_STATE, INPUT_GATE, UPDATE_GATE, gates_among
from lstm_viz.text import Token
from lstm_viz.trace import cells as kinds

LSTM = kinds.LSTM.quantities
GATES = gates_among(kinds.LSTM.names)
SHADE = 1.001 / 255  # of a scale from -1 to 1: half of one of 256 shades
ORDER = [5, 3, *[unit for unit in range(128) if unit not in (3, 5)]]


@pytest.fixture
def words(example):
    return Words(example.tokens, (3, 1), 2)


def figures(example, words, usual, colors):
    quantities = example.layers[0].quantities
    weight = readout_contrast(example, 1)
    return {
        "maps": maps.maps(quantities, LSTM, np.array(ORDER), words, colors),
        "departure": maps.maps(quantities, LSTM, np.array(ORDER), words, colors, usual),
        "means": gates.means(quantities, usual, words, colors),
        "sources": saturation.sources(quantities, colors),
        **{
            gate.name: saturation.scatter(gate, quantities[gate.name], weight, 7, colors)
            for gate in GATES
        },
    }


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_every_picture_says_what_it_shows(example, words, classifier, colors):
    for name, picture in figures(example, words, classifier.held_out_mean, colors).items():
        assert len(picture.alt) > 40, name
        for trace in picture.figure.data:
            for values in (trace.x, trace.y, getattr(trace, "z", None)):
                if isinstance(values, np.ndarray):
                    assert values.dtype != np.float16, name
                    assert values.dtype != np.float64 or values.ndim == 1, name


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
    assert clicked([{"x": 1, "y": "output 2", "customdata": 1}], 2, 4) == Click(1, None)
    assert clicked([{"x": 1, "y": "2", "customdata": 1}], 2, 4) == Click(1, 2)


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


def test_the_scatter_shows_karpathys_shares(example):
    gate = GATES[0]
    values = example.layers[0].quantities[gate.name]
    picture = saturation.scatter(gate, values, readout_contrast(example, 1), 7, palette.LIGHT)
    dots = picture.figure.data[1]
    shares = analysis.saturation(values)
    np.testing.assert_allclose(dots.x, shares.shut, atol=1e-7)
    np.testing.assert_allclose(dots.y, shares.open, atol=1e-7)
    assert list(dots.customdata) == list(range(128))
    assert dots.marker.line.width[7] > dots.marker.line.width[6]


def test_headlines():
    tokens = tuple(Token(t, 0, 1, known=True) for t in ("so", "sad", "so"))
    gate = np.array([[0.1, 0.2], [0.3, 0.3], [0.6, 0.8]], np.float32)
    assert gates.headline(INPUT_GATE, gate, 0.38, tokens) == (
        "“so 3” opens the input gate widest: 0.70 on average, where 0.38 is usual"
    )
    assert gates.headline(UPDATE_GATE, gate[:2], None, tokens[:2]) == (
        "“sad” opens the update gate widest: 0.30 on average"
    )
    long = (Token("q" * 99_999, 0, 1, known=True),)
    assert gates.headline(UPDATE_GATE, gate[:1], None, long).startswith(f"“{'q' * 59}…” opens")
    always = {"forget_gate": np.ones((12, 2)), "input_gate": np.zeros((12, 2))}
    assert saturation.headline(always) == (
        "2 of 2 units almost never forget, and 2 almost never write"
    )
    assert saturation.headline({"update_gate": np.ones((12, 3))}) == (
        "3 of 3 units almost never let go, and 0 almost never hold"
    )
    assert "few words" in saturation.headline({k: v[:3] for k, v in always.items()})


def test_golden(example, words, classifier):
    """The meaning of every picture, rounded: kinds, scales, titles, a few values."""

    def some(values):
        """Return a few numbers of two axes, or of one: others where the axes are exchanged."""
        found = np.asarray(values)
        few = found[:2, :4] if found.ndim == 2 else found[[0, 1, len(found) // 2, -1]]
        return np.round(few.astype(float), 2).tolist()

    def meaning(picture):
        return [
            {
                "kind": trace.type,
                "hover": trace.hovertemplate,
                "x": None if trace.type == "bar" else [str(trace.x[0]), str(trace.x[-1])],
                "y": None if trace.type == "scatter" else [str(trace.y[0]), str(trace.y[-1])],
                "values": some(
                    trace.z / 255 if trace.type == "heatmap"
                    else trace.customdata if trace.yaxis and len(trace.yaxis) > 2
                    else trace.x if trace.type == "bar"
                    else trace.y
                ),
            }
            for trace in picture.figure.data
        ]  # fmt: skip

    drawn = figures(example, words, classifier.held_out_mean, palette.LIGHT)
    found = {name: meaning(drawn[name]) for name in ("maps", "departure", "means", "sources")}
    file = Path(__file__).parents[1] / "golden" / "gates.json"
    known = json.loads(file.read_text("utf-8"))
    assert _close(found, known), f"to renew, write:\n{json.dumps(found, indent=1)}"


def _close(found, known):
    """Whether two are the same, numbers to the last digit that is kept."""
    if isinstance(known, dict):
        return found.keys() == known.keys() and all(_close(found[k], known[k]) for k in known)
    if isinstance(known, list):
        pairs = zip(found, known, strict=False)
        return len(found) == len(known) and all(_close(a, b) for a, b in pairs)
    if isinstance(known, float):
        return abs(found - known) <= 0.011
    return found == known
