"""The terms of a cell's equation: they add up, for every kind of cell."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.analyses.cell import terms

NAMES = {
    "LSTM": [
        "memory_before", "forget_gate", "kept", "input_gate", "candidate", "written",
        "cell_state", "output_gate", "hidden_state",
    ],
    "GRU": [
        "memory_before", "update_gate", "kept", "reset_gate", "candidate", "written",
        "hidden_state",
    ],
    "RNN": ["memory_before", "hidden_state"],
}  # fmt: skip


def layer_of(kind, direction="forward"):
    torch.manual_seed(0)
    module = getattr(nn, kind)(3, 4, batch_first=True, bidirectional=True)
    state = torch.randn(2, 1, 4)
    with torch.no_grad(), lstm_viz.record(module) as recording:
        module(torch.randn(1, 6, 3), (state, state) if kind == "LSTM" else state)
    layer = recording[""].layers[direction == "backward"]
    assert layer.direction == direction
    return layer.map(lambda array: array[0].numpy())


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("kind", NAMES)
def test_what_is_kept_and_written_is_the_memory(kind, direction):
    layer = layer_of(kind, direction)
    found = {term.name: term.values for term in terms(layer)}
    assert list(found) == NAMES[kind]
    memory = "cell_state" if kind == "LSTM" else "hidden_state"
    order = slice(None, None, -1 if direction == "backward" else 1)  # in which the layer reads
    before = found["memory_before"][order]
    np.testing.assert_array_equal(before[0], layer.initial[memory])
    np.testing.assert_array_equal(before[1:], found[memory][order][:-1])
    if kind != "RNN":
        np.testing.assert_allclose(found["kept"] + found["written"], found[memory], atol=1e-6)
        keeps = "forget_gate" if kind == "LSTM" else "update_gate"
        np.testing.assert_array_equal(found["kept"], found[keeps] * found["memory_before"])


def test_means_are_of_values_for_gates_and_of_sizes_for_the_rest():
    for term in terms(layer_of("LSTM")):
        values = term.values if term.name.endswith("_gate") else np.abs(term.values)
        np.testing.assert_allclose(term.mean, values.mean(1), rtol=1e-6)
