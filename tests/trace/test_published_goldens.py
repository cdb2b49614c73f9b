"""Numbers that others published: gates by name, and the final cell state."""

import json

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from tests.conftest import TRUTH

pytestmark = pytest.mark.data("truth")


@pytest.fixture(scope="module")
def golden():
    return json.loads((TRUTH / "golden_small" / "golden.json").read_text("utf-8"))


def recorded(module, x):
    with torch.no_grad(), lstm_viz.record(module) as recording:
        module(x)
    return recording[""]


def test_pytorchs_own_golden(golden):
    found = golden["pytorch_cpp_rnn_test"]
    module = nn.LSTM(2, 2)
    with torch.no_grad():
        for parameter in module.parameters():
            count = parameter.numel()
            parameter.copy_((torch.arange(count) / count).view_as(parameter))
    x = ((24 - torch.arange(24.0)) / 24).view(3, 4, 2)
    layer = recorded(module, x).layers[0]
    outputs = np.array(found["output_flat_T3_B4_H2"]).reshape(3, 4, 2)
    cell = np.array(found["state_flat_hc_L1_B4_H2"]).reshape(2, 4, 2)[1]
    rebuilt = (layer.output_gate * layer.cell_state.tanh()).transpose(0, 1)
    np.testing.assert_allclose(rebuilt, outputs, atol=1e-3)
    np.testing.assert_allclose(layer.cell_state[:, -1], cell, atol=1e-3)


def test_tensorflow_lites_golden_names_each_gate(golden):
    found = golden["tflite_lstm_test"]
    order = ("input", "forget", "cell", "output")
    module = nn.LSTM(2, 4)

    def joined(kind, width):
        parts = [np.array(found[f"{kind}_{name}"]).reshape(4, width) for name in order]
        return torch.tensor(np.concatenate(parts), dtype=torch.float32)

    with torch.no_grad():
        module.weight_ih_l0.copy_(joined("W", 2))
        module.weight_hh_l0.copy_(joined("R", 4))
        module.bias_ih_l0.copy_(joined("b", 1)[:, 0])
        module.bias_hh_l0.zero_()
    x = torch.tensor(found["input_T3_F2"], dtype=torch.float32).view(3, 1, 2)
    layer = recorded(module, x).layers[0]
    golden_output = np.array(found["golden_output_T3_H4"]).reshape(3, 4)
    rebuilt = layer.output_gate * layer.cell_state.tanh()
    np.testing.assert_allclose(rebuilt[0], golden_output, atol=1e-5)
    # At the first step nothing is remembered: each gate is that of its own named weights.
    for name, quantity, squash in (
        ("input", "input_gate", torch.sigmoid),
        ("forget", "forget_gate", torch.sigmoid),
        ("cell", "candidate", torch.tanh),
        ("output", "output_gate", torch.sigmoid),
    ):
        weight = torch.tensor(found[f"W_{name}"]).view(4, 2)
        expected = squash(weight @ x[0, 0] + torch.tensor(found[f"b_{name}"]))
        torch.testing.assert_close(layer.quantities[quantity][0, 0], expected, atol=1e-6, rtol=0)
