"""What the browser makes of the bytes is what the model computed, whatever it read."""

import itertools
import json

import numpy as np
import pytest

from lstm_viz.analyses.prediction_path import prediction_path, prior_probabilities
from lstm_viz.analyses.readout import readout_contrast
from lstm_viz.components.player import PlayerStart, payload
from tests.app.driver import close, decoded
from tests.components.made_up import KINDS, Recipe
from tests.components.nodejs import run
from tests.conftest import ROOT

# Says everything that the browser knows of readings, each in a file.
TOLD = """
import { readFileSync, writeFileSync } from "node:fs";
import { decode } from "DECODE";
for (const file of process.argv.slice(2)) {
  // A copy at an odd place, as it may come from the network.
  const bytes = readFileSync(file);
  const odd = new Uint8Array(bytes.length + 1);
  odd.set(bytes, 1);
  const trace = decode(odd.subarray(1));
  const quantities = ["memory_before", ...trace.quantities.map(({ name }) => name)];
  for (const name of ["kept", "written"]) if (trace.has(name)) quantities.push(name);
  const matrix = ({ rows, columns, data }) => ({ rows, columns, data: [...data] });
  const labels = [...trace.labels.keys()];
  const last = labels.map((label) => trace.votes(label, trace.steps - 1));
  const found = {
    words: trace.words, tail: trace.tail, steps: trace.steps, units: trace.units,
    kind: trace.kind, projected: trace.projected,
    values: Object.fromEntries(quantities.map((name) => [name, matrix(trace.of(name))])),
    changes: labels.map((label) => [...trace.path(label).change]),
    votes: last.map((votes) => votes && [...votes]),
  };
  writeFileSync(file + ".json", JSON.stringify(found));
}
"""
TEXTS = ("", " y\tzz </script><b>&amp;", "\u2028 \ud800 \U0001f3ac\u05e9 \0 x", "a " * 40)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the browser knows of readings of all kinds, beside the trace and the layer."""
    folder = tmp_path_factory.mktemp("told")
    script = folder / "told.mjs"
    decode = ROOT / "lstm_viz" / "components" / "player" / "js" / "model" / "decode.js"
    script.write_text(TOLD.replace("DECODE", decode.as_uri()), "utf-8")
    found = []
    for seed, (kind, both, text) in enumerate(itertools.product(KINDS, (False, True), TEXTS)):
        labels = [f"label {number}\n\ud800" for number in range(2 + seed % 6)]
        recipe = Recipe(kind, "", text, labels, 1 + seed % 7, 2, both, seed % 3 > 0, seed)
        trace = recipe.trace(forced=seed % 5 == 0)
        found += [(trace, layer) for layer in trace.layers]
    files = [folder / str(number) for number in range(len(found))]
    for file, (trace, layer) in zip(files, found, strict=True):
        file.write_bytes(payload(trace, layer, prediction_path(trace), PlayerStart(0)))
    done = run(script, *files)
    assert done.returncode == 0, done.stderr
    said = [json.loads(file.with_name(f"{file.name}.json").read_text("utf-8")) for file in files]
    return [
        (trace, layer, one, decoded(file.read_bytes()))
        for (trace, layer), one, file in zip(found, said, files, strict=True)
    ]


def matrix(one):
    return np.array(one["data"], float).reshape(one["rows"], one["columns"])


def test_words_come_back(told):
    assert len(told) > 64
    for trace, _, said, _ in told:
        whole = "".join(gap + word for gap, word, _ in said["words"]) + said["tail"]
        assert whole == trace.text.replace("\ud800", "\ufffd")
        assert said["steps"] == len(trace)


def test_every_value_comes_back(told):
    for _, layer, said, sent in told:
        projected = "cell_state" in layer.quantities and (
            layer.cell_state.shape != layer.hidden_state.shape
        )
        assert said["projected"] == projected
        for name, values in layer.quantities.items():
            found = matrix(said["values"][name])
            if name == "cell_state" or (name == "hidden_state" and name in sent.arrays):
                np.testing.assert_array_equal(found, values)
            else:
                close(found, values, sent["rounding"] + 2.5e-5 * (name == "hidden_state") + 1e-6)


def test_what_was_before_comes_from_where_the_layer_reads(told):
    for _, layer, said, _ in told:
        name = "cell_state" if "cell_state" in layer.quantities else "hidden_state"
        states, first = layer.quantities[name], layer.initial[name][None]
        before = (
            np.concatenate([states[1:], first])
            if layer.direction == "backward"
            else np.concatenate([first, states[:-1]])
        )
        np.testing.assert_array_equal(matrix(said["values"]["memory_before"]), before)


def test_what_is_kept_and_written_is_that_of_the_equation(told):
    for _, layer, said, sent in told:
        values = {name: matrix(one) for name, one in said["values"].items()}
        gates = layer.quantities
        off = sent["rounding"] * 12 + 1e-5  # of two numbers multiplied, none above 10
        if said["kind"] == "LSTM":
            close(values["kept"], gates["forget_gate"] * values["memory_before"], off)
            close(values["written"], gates["input_gate"] * gates["candidate"], off)
        elif said["kind"] == "GRU":
            close(values["kept"], gates["update_gate"] * values["memory_before"], off)
            close(values["written"], (1 - gates["update_gate"]) * gates["candidate"], off)
        else:
            assert {"kept", "written"}.isdisjoint(values)


def test_moves_add_up_for_every_label(told):
    for trace, _, said, _ in told:
        before = prior_probabilities(trace)
        for label, moved in enumerate(said["changes"]):
            close(before[label] + np.cumsum(moved), trace.probabilities[:, label], 1e-5)


def test_votes_are_those_of_the_last_layer(told):
    for trace, layer, said, sent in told:
        known = layer is trace.top and trace.readout_weight is not None
        assert [vote is not None for vote in said["votes"]] == [known] * len(trace.labels)
        for label, votes in enumerate(said["votes"] if known else []):
            weight = readout_contrast(trace, label)
            off = (sent["rounding"] + 3e-5) * max(1, np.abs(weight).max())
            close(votes, layer.hidden_state[-1] * weight, off)
