"""Weights by gate: the equations, written out gate by gate, give what PyTorch computes."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.notation import BY_NAME
from tests.model.networks import SHAPES, TEXT, names, ours
from tests.model.test_wrap import Model, encode

ROUNDING = 2e-5  # of float32, for values around 1
LABELS = ("bad", "good")


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def step(weights, features, states):
    """One step of a layer, written out gate by gate; its states afterwards."""
    before = states[0]

    def total(name):
        read = weights.input[name] @ features + weights.input_bias[name]
        return read + weights.recurrent[name] @ before + weights.recurrent_bias[name]

    if "forget_gate" in weights.input:
        gates = {name: sigmoid(total(name)) for name in weights.input if name != "candidate"}
        cell = gates["forget_gate"] * states[1]
        cell = cell + gates["input_gate"] * np.tanh(total("candidate"))
        hidden = gates["output_gate"] * np.tanh(cell)
        shown = hidden if weights.projection is None else weights.projection @ hidden
        return shown, cell
    if "update_gate" in weights.input:
        kept, heard = sigmoid(total("update_gate")), sigmoid(total("reset_gate"))
        recalled = weights.recurrent["candidate"] @ before + weights.recurrent_bias["candidate"]
        read = weights.input["candidate"] @ features + weights.input_bias["candidate"]
        return ((1 - kept) * np.tanh(read + heard * recalled) + kept * before,)
    return (np.tanh(total("hidden_state")),)


def run(weights, features):
    """The hidden states of a layer that reads from the first row to the last."""
    units = len(next(iter(weights.input.values())))
    width = units if weights.projection is None else len(weights.projection)
    states, found = (np.zeros(width), np.zeros(units)), []
    for row in features:
        states = step(weights, row, states)
        found.append(states[0])
    return np.array(found)


@pytest.mark.parametrize("shape", SHAPES, ids=names)
def test_the_equations_on_the_weights_give_the_hidden_states(shape):
    classifier = ours(**shape)
    trace = classifier.trace(TEXT)
    assert [(w.layer, w.direction) for w in classifier.weights] == [
        (layer.layer, layer.direction) for layer in trace.layers
    ]
    features = classifier.features(TEXT).numpy()
    for start in range(0, len(trace.layers), shape["directions"]):
        hidden = []
        for index in range(start, start + shape["directions"]):
            weights, layer = classifier.weights[index], trace.layers[index]
            turn = slice(None, None, -1 if layer.direction == "backward" else 1)
            found = run(weights, features[turn])[turn]
            np.testing.assert_allclose(found, layer.hidden_state, rtol=0, atol=ROUNDING)
            hidden.append(layer.hidden_state)
        features = np.concatenate(hidden, 1)


@pytest.mark.parametrize(
    "module",
    [
        nn.LSTM(3, 4, proj_size=2, batch_first=True),
        nn.GRU(3, 4, bias=False, batch_first=True),
        nn.RNN(3, 4, batch_first=True),
        nn.LSTM(3, 4, batch_first=True, dtype=torch.float64),
    ],
    ids=str,
)
def test_layers_of_other_forms(module):
    network = nn.Sequential()
    network.add_module("memory", module)
    weights = classifier_of(network).weights[0]
    dtype = next(module.parameters()).dtype
    features = torch.randn(5, 3, dtype=dtype, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = module(features[None])[0][0]
    np.testing.assert_allclose(run(weights, features.numpy()), expected, rtol=0, atol=ROUNDING)
    for part in (weights.input, weights.recurrent, weights.input_bias, weights.recurrent_bias):
        assert list(part) == [name for name in BY_NAME if name in part]  # in the one order
        assert not any(array.flags.writeable for array in part.values())
    double = dtype == torch.float64
    assert {a.dtype for a in weights.input.values()} == {np.dtype("f8" if double else "f4")}


def classifier_of(network):
    return lstm_viz.wrap(network, encode=encode, labels=LABELS)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_cells_have_weights_too(kind):
    cell = getattr(nn, f"{kind}Cell")(3, 4)
    network = nn.Sequential()
    network.add_module("cell", cell)
    weights = classifier_of(network).weights[0]
    features = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    state, expected = None, []
    with torch.no_grad():
        for row in features:
            state = cell(row[None], state)
            expected.append((state[0] if kind == "LSTM" else state)[0])
    np.testing.assert_allclose(
        run(weights, features.numpy()), torch.stack(expected), rtol=0, atol=ROUNDING
    )


def test_layers_are_numbered_through_all_modules():
    class Two(Model):
        def __init__(self):
            super().__init__(num_layers=2)
            self.later = nn.GRU(5, 5, batch_first=True, bidirectional=True)

    found = classifier_of(Two()).weights
    places = [(weights.layer, weights.direction) for weights in found]
    assert places == [(0, "forward"), (1, "forward"), (2, "forward"), (2, "backward")]
    assert ["update_gate" in weights.input for weights in found] == [False, False, True, True]


def test_weights_are_those_of_now_and_stay_as_they_were_given():
    classifier = ours()
    before = classifier.weights[0]
    kept = before.input["forget_gate"].copy()
    classifier.network.recurrent.weight_ih_l0[4:8] += 1  # PyTorch's second block
    after = classifier.weights[0]
    np.testing.assert_array_equal(before.input["forget_gate"], kept)
    np.testing.assert_allclose(after.input["forget_gate"], kept + 1, rtol=1e-6)
    np.testing.assert_array_equal(after.input["input_gate"], before.input["input_gate"])


def test_what_took_the_place_of_a_module_is_told():
    classifier = ours()
    classifier.network.recurrent = nn.Linear(3, 4)
    with pytest.raises(UnsupportedModuleError, match="a Linear has taken its place"):
        _ = classifier.weights


class Noisy(nn.LSTM):
    """A layer with a forward of its own."""

    def forward(self, rows):
        return super().forward(rows)


def parametrized(model):
    nn.utils.parametrizations.weight_norm(model.memory, "weight_hh_l0")


def hooked(model):
    model.memory.register_forward_pre_hook(lambda *_: None)


def replaced(model):
    model.memory = Noisy(6, 5, batch_first=True)


@pytest.mark.parametrize("change", [parametrized, hooked, replaced])
def test_weights_that_are_made_anew_are_refused_by_name(change):
    model = Model()
    change(model)
    with pytest.raises(UnsupportedModuleError, match=r"module 'memory'.*weights are computed"):
        _ = classifier_of(model).weights
