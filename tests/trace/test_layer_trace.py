"""A layer's trace: its attributes by kind of cell, and the error for one that is not there."""

import copy
import pickle
from dataclasses import fields

import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import LayerTrace
from lstm_viz.errors import MissingQuantityError
from lstm_viz.notation import BY_NAME
from lstm_viz.trace.cells import CELLS

KINDS = [
    (
        nn.LSTM(2, 3),
        ["forget_gate", "input_gate", "candidate", "output_gate", "cell_state", "hidden_state"],
    ),
    (nn.GRU(2, 3), ["update_gate", "candidate", "reset_gate", "hidden_state"]),
    (nn.RNN(2, 3), ["hidden_state"]),
    (nn.RNN(2, 3, nonlinearity="relu"), ["hidden_state"]),
]


def recorded(module, **options):
    with torch.no_grad(), lstm_viz.record(module, **options) as recording:
        module(torch.zeros(4, 1, 2))
    return recording[""].layers[0]


def test_attributes_and_map():
    layer = LayerTrace(0, "forward", {"cell_state": [1.0]}, {"cell_state": [0.0]})
    assert layer.cell_state == [1.0]
    doubled = layer.map(lambda values: [2 * value for value in values])
    assert (doubled.cell_state, doubled.initial, doubled.layer) == ([2.0], {"cell_state": [0.0]}, 0)


def test_copies_are_whole():
    layer = LayerTrace(1, "forward", {"cell_state": [1.0]}, {})
    for twin in (copy.copy(layer), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert type(twin) is LayerTrace
        assert all(getattr(twin, f.name) == getattr(layer, f.name) for f in fields(layer))
        assert twin != layer  # as objects: an array has no one answer


@pytest.mark.parametrize(("module", "names"), KINDS)
def test_completion_offers_what_the_layer_has(module, names):
    layer = recorded(module)
    assert {name for name in dir(layer) if name in BY_NAME} == set(names)
    fields = {"layer", "direction", "quantities", "initial", "pre_activations", "map"}
    assert {name for name in dir(layer) if not name.startswith("_")} == fields | set(names)
    for name in names:
        assert getattr(layer, name) is layer.quantities[name]


@pytest.mark.parametrize(("module", "names"), KINDS)
def test_a_quantity_of_another_cell_is_missing(module, names):
    layer = recorded(module)
    for name in set(BY_NAME) - set(names):
        assert not hasattr(layer, name)
        with pytest.raises(MissingQuantityError) as caught:
            getattr(layer, name)
        assert str(caught.value) == (
            f"This layer has no quantity '{name}'. It has: {', '.join(names)}."
        )


def test_what_was_not_kept_is_missing():
    layer = recorded(nn.GRU(2, 3), quantities=["update_gate"])
    assert [name for name in dir(layer) if name in BY_NAME] == ["update_gate"]
    with pytest.raises(AttributeError, match=r"'candidate'\. It has: update_gate\."):
        _ = layer.candidate
    with pytest.raises(AttributeError, match=r"It has: none\."):
        _ = recorded(nn.GRU(2, 3), quantities=[]).candidate


def test_an_attribute_that_no_layer_has():
    with pytest.raises(AttributeError, match="forgot_gate"):
        _ = recorded(nn.LSTM(2, 3)).forgot_gate


def test_every_quantity_of_every_cell_is_an_attribute():
    for cell in CELLS.values():
        for name in cell.names:
            assert isinstance(getattr(LayerTrace, name), property)
