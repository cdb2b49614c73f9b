"""One value has one colour: in figures, which Python draws, and in the player."""

import json
import subprocess
import sys

import numpy as np
import pytest

from lstm_viz import notation, palette, scales
from lstm_viz.analyses.prediction_path import prediction_path
from lstm_viz.components.player import PlayerStart, payload
from lstm_viz.components.player.payload import FORMAT
from lstm_viz.figures import theme
from lstm_viz.trace.cells import LSTM
from tests.components.nodejs import run
from tests.conftest import ROOT

# Within the limits, at them, and beyond.
VALUES = [-9.0, -2.5, -2.0, -1.3, -1.0, -0.5, -0.1, 0.0, 0.02, 0.1, 0.3, 0.7, 1.0, 1.6, 2.0, 7.0]
MOVED = [-0.9, -0.3, -0.2, -0.031, -0.029, 0.0, 0.029, 0.031, 0.1, 0.3, 0.5]
PLACES = 3  # of 255: a ramp in the browser has 256 places, and is steep at 0
ROUNDING = 1

TOLD = """
import { readFileSync } from "node:fs";
const from = (name) => import(`PLAYER/${name}`);
const { FORMAT, decode } = await from("model/decode.js");
const { averagedRows, changeTint, css, rampOf } = await from("draw/ramps.js");
const { mapScale } = await from("timeline/map_picture.js");
const { encoder, scaleOf } = await from("model/scales.js");
const { values, moved } = JSON.parse(process.argv[3]);
const trace = decode(new Uint8Array(readFileSync(process.argv[2])));
const told = { format: FORMAT, map: {}, belt: {}, tint: {} };
for (const [theme, palette] of Object.entries(trace.palettes)) {
  told.map[theme] = {};
  told.belt[theme] = {};
  for (const quantity of trace.quantities) {
    const map = mapScale(quantity, palette);
    told.map[theme][quantity.name] = values.map((value) => map.ramp.color(map.shade(value)));
    const seen = values.map(encoder(scaleOf(trace, quantity.name)));
    const ramp = rampOf(trace, quantity.name, palette);
    const rows = averagedRows(seen, [...seen.keys()], ramp, seen.length);
    const part = (row) => css([...rows.subarray(4 * row, 4 * row + 3)]);
    told.belt[theme][quantity.name] = values.map((_, row) => part(row));
  }
  told.tint[theme] = moved.map((value) => changeTint(value, trace.tints, palette));
}
console.log(JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def told(example, tmp_path_factory):
    """The colours of values in the browser: in the map, on a belt, behind a word."""
    folder = tmp_path_factory.mktemp("scales")
    player = (ROOT / "lstm_viz" / "components" / "player" / "js").as_uri()
    (folder / "told.mjs").write_text(TOLD.replace("PLAYER", player), "utf-8")
    path = prediction_path(example)
    (folder / "data").write_bytes(payload(example, example.top, path, PlayerStart(0)))
    asked = json.dumps({"values": VALUES, "moved": MOVED})
    done = run(folder / "told.mjs", folder / "data", asked)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def parts(color):
    if color.startswith("#"):
        return [int(color[k : k + 2], 16) for k in (1, 3, 5)]
    return [int(part) for part in color[4:-1].split(",")]


def close(found, expected, off):
    np.testing.assert_allclose(
        [parts(one) for one in found], [parts(one) for one in expected], rtol=0, atol=off
    )


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("where", ["map", "belt"])
@pytest.mark.parametrize("quantity", LSTM.quantities, ids=lambda one: one.name)
def test_a_value_has_one_colour(told, quantity, where, colors):
    expected = [scales.color(quantity, value, colors) for value in VALUES]
    close(told[where][colors.name][quantity.name], expected, PLACES)


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_a_word_has_one_tint(told, colors):
    for found, moved in zip(told["tint"][colors.name], MOVED, strict=True):
        expected = scales.tint(moved, colors)
        assert (found == "transparent") == (expected is None)
        if expected:
            close([found], [expected], ROUNDING)


def test_the_cell_state_is_never_cut_off():
    cell = [scales.color(notation.CELL_STATE, value, palette.LIGHT) for value in (1.0, 2.0, 3.0)]
    assert len(set(cell)) == 3
    hidden = [
        scales.color(notation.HIDDEN_STATE, value, palette.LIGHT) for value in (0.9, 1.0, 3.0)
    ]
    assert hidden[0] != hidden[1] == hidden[2] == palette.LIGHT.positive
    np.testing.assert_allclose(scales.UNBOUNDED.places, np.tanh([-2.0, 0.0, 2.0]))


@pytest.mark.parametrize("colors", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_figures_have_these_colours(colors):
    for place, color in theme.diverging(colors):
        assert color == scales.signed_color(2 * place - 1, colors)
    for place, color in theme.sequential(colors, "input"):
        assert color == scales.gate_color(place, colors.input, colors)


def test_both_speak_of_one_format(told):
    assert told["format"] == FORMAT


def test_no_number_of_a_scale_stands_in_javascript():
    folder = ROOT / "lstm_viz" / "components" / "player"
    for path in folder.rglob("*.js"):
        assert "** 0." not in path.read_text("utf-8"), path
    for path in (*folder.rglob("*.js"), *folder.glob("*.css")):
        assert "Source Sans" not in path.read_text("utf-8"), path


def test_the_player_needs_no_plotly():
    # Streamlit loads Plotly where there is one; of the package, figures alone may.
    look = (
        "import sys, lstm_viz.components.player;"
        "print(any(name.startswith('lstm_viz.figures') for name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False"]
