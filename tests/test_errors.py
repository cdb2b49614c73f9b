"""Errors reach whoever waits for them, also in another process."""

import pickle

import pytest
import torch

import lstm_viz
from lstm_viz import errors
from lstm_viz.errors import LstmVizError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type)]


def again(error):
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, LstmVizError)])
def test_every_kind_travels_between_processes(kind):
    error = kind.__new__(kind, "A sentence.")
    error.args, error.remark = ("A sentence.",), 7
    found = again(error)
    assert (type(found), str(found), found.remark) == (kind, str(error), 7)


def test_an_error_that_was_raised_says_the_same_elsewhere():
    with pytest.raises(LstmVizError) as raised:
        lstm_viz.record(torch.nn.Linear(2, 2))
    assert str(again(raised.value)) == str(raised.value)
    assert "Linear" in str(raised.value)
