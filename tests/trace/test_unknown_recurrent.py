"""A recurrent part that cannot be recorded is refused; what only sounds recurrent is not."""

import copy

import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import UnknownModuleError, UnsupportedModuleError


class LayerNormLSTM(nn.Module):
    """Gates written by hand."""

    def __init__(self):
        super().__init__()
        self.gates = nn.Linear(8, 16)


class LSTMHead(nn.Linear):
    """Sounds recurrent, and is not."""


class Classifier(nn.Module):
    """A reader of PyTorch's own, and something else."""

    def __init__(self, upper):
        super().__init__()
        self.lower, self.upper = nn.LSTM(3, 4, batch_first=True), upper

    def forward(self, x):
        return self.upper(self.lower(x)[0])


class CharRNN(Classifier):
    """A whole model with such a name."""


class Reader(nn.Module):
    """A name that tells nothing."""

    def __init__(self):
        super().__init__()
        self.inner = nn.GRU(4, 4, batch_first=True)

    def forward(self, x):
        return self.inner(x)[0]


def quantised():
    upper = nn.ModuleDict({"lstm": nn.LSTM(4, 4)})
    return torch.ao.quantization.quantize_dynamic(upper, {nn.LSTM}, dtype=torch.qint8)


def frozen():
    return torch.jit.freeze(torch.jit.script(Reader().eval()))


def exported():
    return torch.export.export(Reader().eval(), (torch.randn(1, 3, 4),)).module()


@pytest.mark.filterwarnings("ignore")  # of what is outdated in PyTorch
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (LayerNormLSTM, "upper"),
        (quantised, r"upper\.lstm"),
        (lambda: torch.jit.script(nn.GRU(4, 4)), "upper"),
        (lambda: torch.jit.trace(Reader().eval(), torch.randn(1, 3, 4)), "upper"),
        (frozen, "upper"),
        (exported, "upper"),
    ],
    ids=["by hand", "quantised", "scripted", "traced", "frozen", "exported"],
)
def test_a_part_that_cannot_be_recorded_is_refused_by_name(make, name):
    model = Classifier(make())
    with pytest.raises(UnsupportedModuleError, match=rf"module '{name}.*modules=\["):
        lstm_viz.record(model)
    with lstm_viz.record(model, modules=["lower"]) as recording:
        model.lower(torch.randn(1, 3, 3))
    assert recording.names == ("lower",)
    assert recording["lower"].error < 2e-5


class PostRNN(nn.Module):
    """Comes after one."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2)

    def forward(self, x):
        return self.linear(x)


class LinearRNN(nn.Linear):
    """Made from a layer that is none."""


@pytest.mark.parametrize("upper", [LSTMHead(4, 2), PostRNN(), LinearRNN(4, 2)], ids=repr)
def test_what_only_sounds_recurrent_is_no_hindrance(upper):
    model = CharRNN(upper)
    with lstm_viz.record(model) as recording:
        model(torch.randn(1, 3, 3))
    assert recording.names == ("lower",)


def test_modules_that_are_not_named_are_left_alone():
    model = Classifier(nn.GRU(4, 4, num_layers=2, dropout=0.5))
    with pytest.raises(UnsupportedModuleError, match=r"'upper'.*dropout"):
        lstm_viz.record(model)
    with lstm_viz.record(model, modules="lower") as recording:
        model(torch.randn(1, 3, 3))
    assert [call.name for call in recording.calls] == ["lower"]


def test_a_shared_module_may_be_named_either_way():
    model = Classifier(nn.Identity())
    model.again = model.lower
    with lstm_viz.record(model, modules=["again", "lower"]) as recording:
        model(torch.randn(1, 3, 3))
    assert [call.name for call in recording.calls] == ["again"]


def test_a_name_that_no_recurrent_module_has():
    with pytest.raises(
        UnknownModuleError, match=r"no recurrent module 'upper'. Its recurrent modules: 'lower'"
    ):
        lstm_viz.record(Classifier(nn.Linear(4, 2)), modules=["upper"])
    with pytest.raises(ValueError, match=r"'encoder'"):
        lstm_viz.record(Classifier(nn.Linear(4, 2)), modules=["encoder"])


class LSTM(nn.RNNBase):
    """Another library's class of that name."""

    def __init__(self):
        super().__init__("LSTM", 3, 4)


class GRUCell(nn.RNNCellBase):
    """Likewise."""

    def __init__(self):
        super().__init__(3, 4, bias=True, num_chunks=3)


@pytest.mark.parametrize("kind", [LSTM, GRUCell])
def test_a_class_of_the_same_name_is_told_apart(kind):
    with pytest.raises(UnsupportedModuleError, match=rf"{__name__}\.{kind.__name__} is not one of"):
        lstm_viz.record(copy.deepcopy(kind()))
