"""What every picture of the Gates page means, rounded, against a file."""

import json
from pathlib import Path

import numpy as np
import pytest

from lstm_viz import palette
from lstm_viz.analyses.readout import readout_contrast
from lstm_viz.figures import gates, maps, saturation
from lstm_viz.figures.words import Words
from lstm_viz.notation import gates_among
from lstm_viz.trace import cells as kinds

LSTM = kinds.LSTM.quantities
GATES = gates_among(kinds.LSTM.names)
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
def test_no_picture_sends_more_digits_than_it_has(example, words, classifier, colors):
    for name, picture in figures(example, words, classifier.held_out_mean, colors).items():
        for trace in picture.figure.data:
            for values in (trace.x, trace.y, getattr(trace, "z", None)):
                if isinstance(values, np.ndarray):
                    assert values.dtype != np.float16, name
                    assert values.dtype != np.float64 or values.ndim == 1, name


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
