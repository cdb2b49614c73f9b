"""What may stand around a recurrent module: right, or refused with a sentence."""

import warnings

import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz.errors import NoRecurrentModuleError, UnsupportedModuleError
from tests.trace.modules import Unrolled


class Model(nn.Module):
    """A recurrent layer and what follows it."""

    def __init__(self, kind=nn.LSTM):
        super().__init__()
        self.memory = kind(3, 4, batch_first=True)
        self.verdict = nn.Linear(4, 2)

    def forward(self, x):
        return self.verdict(self.memory(x)[0])


@pytest.fixture(autouse=True)
def _compiler():
    # What the compiler itself warns of is not this package's.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
        torch.compiler.reset()


@pytest.mark.parametrize("before", [False, True], ids=["compiled later", "compiled before"])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_compiled_model_is_recorded(kind, before):
    model, x = Model(kind).eval(), torch.randn(2, 5, 3)
    compiled = torch.compile(model, backend="eager")
    with torch.no_grad():
        if before:
            compiled(x)
        with lstm_viz.record(compiled) as recording, lstm_viz.record(model) as plain:
            output = compiled(x)
        assert torch.equal(output, compiled(x))
    (call,) = recording.calls
    assert call.error < 2e-5
    assert torch.equal(call.layers[0].hidden_state, plain["memory"].layers[0].hidden_state)


@pytest.mark.parametrize("inside", [False, True])
def test_compiled_cells_are_refused_with_a_sentence(inside):
    model = Unrolled(nn.GRUCell(3, 4))
    if inside:
        model.compile(backend="eager")
        model = nn.ModuleDict({"reader": model})
    else:
        model = torch.compile(model, backend="eager")
    with pytest.raises(UnsupportedModuleError, match="joins the steps of its cells"):
        lstm_viz.record(model)
    assert not any(module._forward_hooks for module in model.modules())


def test_data_parallel_without_devices_is_the_module_itself():
    model, x = nn.DataParallel(Model()), torch.randn(2, 5, 3)
    with lstm_viz.record(model) as recording:
        model(x)
    assert recording["module.memory"].error < 2e-5


def test_data_parallel_over_devices_is_refused_with_a_sentence():
    model = nn.DataParallel(Model())
    model.device_ids = [0, 1]
    with pytest.raises(UnsupportedModuleError, match=r"several devices.*Record .* model\.module"):
        lstm_viz.record(model)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("kind", [nn.GRU, nn.RNN])
def test_under_autocast_the_error_is_reported(kind, dtype):
    # On many processors PyTorch itself has no nn.LSTM under autocast; its cell is there below.
    torch.manual_seed(0)
    model, x = Model(kind), torch.randn(2, 5, 3)
    with torch.no_grad(), torch.autocast("cpu", dtype):
        plain = model(x)
        with lstm_viz.record(model) as recording:
            assert torch.equal(model(x), plain)
    assert 1e-5 < recording["memory"].error < 0.02


def test_a_cell_under_autocast():
    torch.manual_seed(0)
    model, x = Unrolled(nn.LSTMCell(3, 4)), torch.randn(5, 2, 3)
    with torch.autocast("cpu", torch.bfloat16), lstm_viz.record(model) as recording:
        model(x)
    assert recording["cell"].lengths.tolist() == [5, 5]
    assert 1e-5 < recording["cell"].error < 0.02


def test_a_scripted_module_is_refused_by_name():
    with pytest.raises(NoRecurrentModuleError, match=r"not known: memory \(LSTM\)"):
        lstm_viz.record(torch.jit.trace(Model().eval(), torch.randn(2, 5, 3)))


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_parametrised_weight(kind):
    model = Model(kind)
    nn.utils.parametrizations.weight_norm(model.memory, "weight_hh_l0")
    with lstm_viz.record(model) as recording:
        model(torch.randn(2, 5, 3))
    assert recording["memory"].error < 2e-5
