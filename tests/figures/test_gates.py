"""The pictures of the Gates page: the right numbers at the right place, on fixed scales."""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.analyses import gates as analysis
from lstm_viz.analyses.reading import verdict_weight
from lstm_viz.figures import gates, maps, saturation
from lstm_viz.figures.word_figure import Words
from lstm_viz.notation import GATES, INPUT_GATE, LSTM, UPDATE_GATE
from lstm_viz.text import Token

ORDER = [5, 3, *[unit for unit in range(128) if unit not in (3, 5)]]


@pytest.fixture
def words(example):
    return Words(example.tokens, (3, 1), 2)


def figures(example, words, usual, colors):
    quantities = example.layers[0].quantities
    weight = verdict_weight(example, 1)
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
    for name, picture in figures(example, words, classifier.usual, colors).items():
        assert len(picture.alt) > 40, name
        for trace in picture.figure.data:
            for values in (trace.x, trace.y, getattr(trace, "z", None)):
                if isinstance(values, np.ndarray):
                    assert values.dtype != np.float16, name
                    assert values.dtype != np.float64 or values.ndim == 1, name


def test_each_map_shows_its_own_quantity_in_the_given_order(example, words):
    quantities = example.layers[0].quantities
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT).figure
    for trace, quantity in zip(figure.data, LSTM, strict=True):
        np.testing.assert_array_equal(trace.z, quantities[quantity.name][:, ORDER].T)
        assert trace.z.dtype == np.float32
        assert list(trace.y[:2]) == ["unit 5", "unit 3"]
        limits = (0, 1) if quantity.scale == "gate" else (-1, 1)
        if quantity.name == "cell_state":
            limits = (-2, 2)
        assert (trace.zmin, trace.zmax) == limits


def test_departure_is_from_the_usual_and_for_gates_alone(example, words, classifier):
    quantities = example.layers[0].quantities
    usual = classifier.usual
    figure = maps.maps(quantities, LSTM, np.array(ORDER), words, palette.LIGHT, usual).figure
    forget, cell = figure.data[0], figure.data[4]
    np.testing.assert_allclose(
        forget.z, (quantities["forget_gate"] - usual["forget_gate"])[:, ORDER].T, rtol=1e-6
    )
    assert (forget.zmin, forget.zmax) == (-0.5, 0.5)
    np.testing.assert_array_equal(cell.z, quantities["cell_state"][:, ORDER].T)


def test_columns_stay_apart_when_a_word_comes_twice():
    tokens = tuple(Token("so", k, k + 1, known=True) for k in range(3))
    values = np.random.default_rng(0).random((3, 4)).astype(np.float32)
    quantities = dict.fromkeys((quantity.name for quantity in LSTM), values)
    picture = maps.maps(quantities, LSTM, np.arange(4), Words(tokens, (), None), palette.LIGHT)
    assert len(set(picture.figure.data[0].x)) == 3


def test_the_scatter_shows_karpathys_shares(example):
    gate = GATES[0]
    values = example.layers[0].quantities[gate.name]
    picture = saturation.scatter(gate, values, verdict_weight(example, 1), 7, palette.LIGHT)
    dots = picture.figure.data[1]
    shares = analysis.saturation(values)
    np.testing.assert_allclose(dots.x, shares.shut, atol=1e-7)
    np.testing.assert_allclose(dots.y, shares.open, atol=1e-7)
    assert [list(one) for one in dots.customdata] == [[None, unit] for unit in range(128)]
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

    def meaning(picture):
        return [
            {
                "kind": trace.type,
                "scale": [trace.zmin, trace.zmax] if trace.type == "heatmap" else None,
                "hover": trace.hovertemplate,
                "ends": [str(trace.x[0]), str(trace.x[-1])] if trace.type == "heatmap" else None,
            }
            for trace in picture.figure.data
        ]

    drawn = figures(example, words, classifier.usual, palette.LIGHT)
    found = {name: meaning(drawn[name]) for name in ("maps", "departure", "means", "sources")}
    file = Path(__file__).parents[1] / "golden" / "gates.json"
    assert found == json.loads(file.read_text("utf-8")), f"to renew, write:\n{json.dumps(found)}"
