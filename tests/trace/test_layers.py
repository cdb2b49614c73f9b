"""A layer's trace: its attributes, and the sentence for one that is not there."""

import copy
import pickle

import pytest

from lstm_viz import LayerTrace


def test_attributes_and_map():
    layer = LayerTrace(0, "forward", {"cell_state": [1.0]}, {"cell_state": [0.0]})
    assert layer.cell_state == [1.0]
    doubled = layer.map(lambda values: [2 * value for value in values])
    assert (doubled.cell_state, doubled.initial, doubled.layer) == ([2.0], {"cell_state": [0.0]}, 0)
    with pytest.raises(AttributeError, match=r"no quantity 'reset_gate'\. It has: cell_state"):
        _ = layer.reset_gate


def test_copies_are_whole():
    layer = LayerTrace(1, "forward", {"cell_state": [1.0]}, {})
    for twin in (copy.copy(layer), copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert twin == layer
