"""Weights from a file: all of them are compared before a module is changed."""

import os

import pytest
import torch
from safetensors.torch import save_file, save_model
from torch import nn

import lstm_viz
from lstm_viz.errors import ModelFileError
from lstm_viz.model.weights_file import load_weights


class Tied(nn.Module):
    """Uses one weight twice, and counts."""

    def __init__(self, **options):
        super().__init__()
        self.memory = nn.LSTM(3, 3, batch_first=True)
        self.first = nn.Linear(3, 3, **options)
        self.second = nn.Linear(3, 3, **options)
        self.second.weight = self.first.weight
        self.register_buffer("count", torch.tensor([7]))


def copies(module):
    return {key: value.clone() for key, value in module.state_dict().items()}


def put(state, key, value):
    state[key] = value


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda s: put(s, "first.bias", torch.full((3,), torch.inf)), "finite numbers"),
        (lambda s: put(s, "first.bias", torch.full((3,), torch.nan)), "finite numbers"),
        (lambda s: put(s, "first.bias", torch.full((3,), 1e300, dtype=torch.float64)), "finite"),
        (lambda s: put(s, "first.bias", torch.ones(3, dtype=torch.complex64)), "complex64"),
        (lambda s: put(s, "first.bias", torch.ones(3, dtype=torch.int64)), "int64"),
        (lambda s: put(s, "first.bias", torch.ones(3, dtype=torch.bool)), "bool"),
        (lambda s: put(s, "count", torch.ones(1)), "float32"),
        (lambda s: put(s, "first.bias", torch.ones(4)), "the weights of this module"),
        (lambda s: put(s, "second.weight", torch.ones(3, 3)), "but are one"),
        (lambda s: put(s, "third", torch.ones(3)), "third"),
        (lambda s: s.pop("second.bias"), r"second\.bias"),
    ],
)
def test_a_module_is_as_before_if_its_file_is_refused(tmp_path, change, sentence):
    module, file = Tied(), tmp_path / "w.safetensors"
    before, state = copies(module), copies(Tied())
    state["second.weight"] = state["first.weight"].clone()
    change(state)
    save_file(state, file)
    with pytest.raises(ModelFileError, match=sentence):
        lstm_viz.wrap(module, encode=list, labels=("a", "b"), weights=file)
    assert all(torch.equal(value, before[key]) for key, value in module.state_dict().items())
    assert module.second.weight is module.first.weight


def test_files_of_other_precision_or_with_shared_weights_once_are_loaded(tmp_path):
    trained, file = Tied(), tmp_path / "w.safetensors"
    save_model(trained, file)
    module = Tied()
    load_weights(module, file)
    assert all(torch.equal(v, trained.state_dict()[k]) for k, v in module.state_dict().items())
    save_file({k: v.clone() for k, v in trained.double().state_dict().items()}, file)
    load_weights(module, file)
    assert module.first.weight.dtype == torch.float32
    assert torch.equal(module.first.weight, trained.first.weight.float())
    assert module.count.item() == 7


def test_what_is_no_file_of_weights_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").touch()
    os.truncate(tmp_path / "large", 2**33)
    for name in ("pipe", "large", "x" * 5000, "none", "."):
        with pytest.raises(ModelFileError, match=r"expected (a safetensors file|at most .* bytes)"):
            load_weights(Tied(), tmp_path / name)
    with torch.device("meta"):
        module = Tied()
    save_file(copies(nn.Linear(3, 3)), tmp_path / "w")
    with pytest.raises(ModelFileError, match=r"to_empty|the weights of this module"):
        load_weights(module, tmp_path / "w")
