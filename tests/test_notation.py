"""One order of the gates: in the picture of the cell, in recordings, tables and notebooks."""

import json

import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import notation
from lstm_viz.trace.cells import cell_of_kind
from tests.components.nodejs import run
from tests.conftest import ROOT

LAYOUT = (ROOT / "lstm_viz" / "components" / "player" / "js" / "cell" / "layout.js").as_uri()
KINDS = {
    "LSTM": ["forget_gate", "input_gate", "candidate", "output_gate", "cell_state", "hidden_state"],
    "GRU": ["update_gate", "candidate", "reset_gate", "hidden_state"],
    "RNN": ["hidden_state"],
}
# In the order in which they are read: along the belt.
DRAWN = f"""import {{ cellLayout }} from "{LAYOUT}";
const found = {{}};
for (const kind of ["LSTM", "GRU", "RNN"]) {{
  found[kind] = [[1000, 320, false, 0], [390, 590, true, 1]].map(([width, height, phone, axis]) =>
    cellLayout(kind, width, height, {{ scale: 1, phone }}).gates
      .sort((one, other) => one.box[axis] - other.box[axis]).map(({{ name }}) => name));
}}
console.log(JSON.stringify(found));"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    script = tmp_path_factory.mktemp("layout") / "drawn.mjs"
    script.write_text(DRAWN, "utf-8")
    done = run(script)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("kind", KINDS)
def test_the_cell_is_drawn_in_the_order_of_the_notation(drawn, kind):
    order = list(cell_of_kind(kind).names)
    assert order == KINDS[kind]
    assert [quantity.name for quantity in notation.among(set(order))] == order
    for gates in drawn[kind]:
        assert gates == [name for name in order if name in gates]
        assert {gate.name for gate in notation.gates_among(order)} <= set(gates)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_recorded_has_the_same_order(kind):
    module = getattr(nn, kind)(2, 3, bidirectional=True)
    for recorded in (module, getattr(nn, f"{kind}Cell")(2, 3)):
        with lstm_viz.record(recorded, pre_activations=True) as recording, torch.no_grad():
            recorded(torch.zeros(4, 2))
        (call,) = recording.calls
        for layer in call.layers:
            assert list(layer.quantities) == KINDS[kind]
            known = [name for name in KINDS[kind] if name in layer.pre_activations]
            assert list(layer.pre_activations) == known
        table = [name for name in call.to_dataframe() if name in KINDS[kind]]
        assert table == KINDS[kind]


def test_what_has_no_place_comes_last():
    found = notation.in_order({"mine": 1, "output_gate": 2, "forget_gate": 3})
    assert list(found.items()) == [("forget_gate", 3), ("output_gate", 2), ("mine", 1)]
