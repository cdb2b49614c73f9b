"""Verification: what a real LSTM computed holds, and every way to spoil it is found."""

import numpy as np
import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.trace.cells import LSTM

NAMES = LSTM.names


@pytest.fixture
def arrays():
    torch.manual_seed(0)
    module = nn.LSTM(3, 5)
    with lstm_viz.record(module) as recording:
        module(torch.randn(7, 2, 3))
    return {
        name: array.numpy().copy() for name, array in recording[""].layers[0].quantities.items()
    }


def test_a_real_trace_holds(arrays, example):
    found = lstm_viz.verify(**arrays)
    assert found.holds
    assert found.first_broken_step is None
    assert max(found.cell_error, found.hidden_error) < 2e-5
    assert lstm_viz.verify(**example.layers[0].quantities).holds
    assert lstm_viz.verify(**{name: torch.tensor(array) for name, array in arrays.items()}).holds


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wrong", [0.3, np.nan])
def test_one_wrong_number_is_found_at_its_step(arrays, name, wrong):
    arrays[name][1, 4, 2] += wrong
    found = lstm_viz.verify(**arrays)
    assert not found.holds
    assert found.first_broken_step == 4


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 3), (1, 3), (4, 5)])
def test_swapped_quantities_are_found(arrays, one, other):
    first, second = NAMES[one], NAMES[other]
    arrays[first], arrays[second] = arrays[second], arrays[first]
    found = lstm_viz.verify(**arrays)
    # At the first step the forget gate meets an empty memory, and so cannot be told.
    assert found.first_broken_step in (0, 1)


def test_given_states_count():
    torch.manual_seed(0)
    module, start = nn.LSTM(3, 5), (torch.randn(1, 2, 5), torch.randn(1, 2, 5))
    with lstm_viz.record(module) as recording:
        module(torch.randn(7, 2, 3), start)
    layer = recording[""].layers[0]
    assert not lstm_viz.verify(**layer.quantities).holds
    initial = layer.initial["cell_state"]
    assert lstm_viz.verify(**layer.quantities, initial_cell_state=initial).holds


@pytest.mark.parametrize("shape", [(3,), (2, 3, 4, 5), (0, 4)])
def test_other_shapes_are_told(shape):
    with pytest.raises(ValueError, match="Expected six arrays of one shape"):
        lstm_viz.verify(**dict.fromkeys(NAMES, np.zeros(shape)))
