"""Watched from outside: exact whatever is around a module, and nothing is left in it."""

import copy
import io
import threading

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.nn.utils import parametrizations
from torch.nn.utils.parametrize import register_parametrization
from torch.nn.utils.rnn import pack_sequence

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, UnsupportedModuleError
from tests.trace.modules import Unrolled

SHUT = Force("forget_gate", 0.0)


class Model(nn.Module):
    """A recurrent layer inside a model."""

    def __init__(self):
        super().__init__()
        self.memory = nn.LSTM(3, 4, batch_first=True)

    def forward(self, x):
        return self.memory(x)[0]


@pytest.fixture
def model():
    torch.manual_seed(0)
    return Model().eval()


@pytest.fixture
def x():
    return torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1))


def untouched():
    """Whether PyTorch's classes are as they were."""
    return "__call__" not in vars(nn.RNNBase) and nn.LSTM.forward.__code__.co_name == "forward"


def saved(model):
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


def averaged(model):
    return torch.optim.swa_utils.AveragedModel(model).module


@pytest.mark.parametrize("copied", [copy.deepcopy, copy.copy, saved, averaged])
def test_what_is_copied_inside_the_block_is_neither_recorded_nor_forced(model, x, copied):
    with torch.no_grad():
        plain = model(x)
        with lstm_viz.record(model, force=SHUT) as recording:
            model(x)
            other = copied(model)
            other(x)
        assert len(recording.calls) == (2 if copied is copy.copy else 1)  # the very same layer
        assert torch.equal(other(x), plain)
    assert not other.memory._forward_hooks
    assert len(recording.calls) <= 2
    assert untouched()


def zeroed(_module, _inputs, output):
    return output[0] * torch.tensor([0.0, 0, 1, 1]), output[1]


def dropped(_module, _inputs, output):
    return nn.functional.dropout(output[0], 0.5), output[1]


@pytest.mark.parametrize("hook", [zeroed, dropped])
@pytest.mark.parametrize("prepend", [False, True])
def test_other_hooks_change_what_follows_and_not_what_is_recorded(model, x, hook, prepend):
    with torch.no_grad():
        with lstm_viz.record(model) as truth:
            model(x)
        model.memory.register_forward_hook(hook, prepend=prepend)
        with lstm_viz.record(model) as recording:
            output = model(x)
    for name, array in recording["memory"].layers[0].quantities.items():
        assert torch.equal(array, truth["memory"].layers[0].quantities[name]), name
    assert not torch.equal(output, recording["memory"].layers[0].hidden_state)


def test_another_hook_sees_what_is_forced(model, x):
    seen = []
    model.memory.register_forward_hook(lambda *call: seen.append(call[2][0]))
    with torch.no_grad(), lstm_viz.record(model, force=SHUT):
        output = model(x)
    assert torch.equal(seen[0], output)


def test_forces_of_nested_recordings_act_together(model, x):
    outer, inner = Force("input_gate", 0.5, units=[0]), Force("input_gate", scale=0.5)
    with torch.no_grad():
        with (
            lstm_viz.record(model, force=outer) as first,
            lstm_viz.record(model, force=inner, quantities=["input_gate"]) as second,
            lstm_viz.record(model) as third,
        ):
            together = model(x)
        with lstm_viz.record(model, force=[outer, inner]) as both:
            assert torch.equal(model(x), together)
    gates = both["memory"].layers[0].input_gate
    assert gates[..., 0].unique().tolist() == [0.25]
    for recording in (first, second, third):
        assert torch.equal(recording["memory"].layers[0].input_gate, gates)
    assert list(second["memory"].layers[0].quantities) == ["input_gate"]


def test_one_recording_cannot_keep_the_graph_of_what_another_forces(model, x):
    with (
        lstm_viz.record(model, detach=False),
        lstm_viz.record(model, force=[]),
        pytest.raises(UnsupportedModuleError, match=r"'memory'.*Close one of them"),
    ):
        model(x)


class Drop(nn.Module):
    """Other weights whenever they are asked for."""

    def forward(self, weight):
        return nn.functional.dropout(weight, 0.5)


class Noise(nn.Module):
    """Likewise."""

    def forward(self, weight):
        return weight + torch.randn_like(weight) / 10


def norm(module, name):
    parametrizations.spectral_norm(module, name)


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("made", [Drop, Noise, norm])
def test_weights_made_anew_are_those_that_were_used(made, fused, x):
    def run(recorded):
        torch.manual_seed(0)
        model = nn.GRU(3, 4) if fused else Unrolled(nn.GRUCell(3, 4))
        module, name = (model, "weight_hh_l0") if fused else (model.cell, "weight_hh")
        norm(module, name) if made is norm else register_parametrization(module, name, made())
        torch.manual_seed(1)
        if not recorded:
            return model(x), torch.rand(3), list(model.buffers())
        with lstm_viz.record(model) as recording:
            output = model(x)
        assert recording.calls[-1].error < 2e-5
        return output, torch.rand(3), list(model.buffers())

    (plain, random, buffers), (watched, next_random, others) = run(False), run(True)
    plain, watched = (o[0] if isinstance(o, tuple) else o for o in (plain, watched))
    assert torch.equal(plain, watched)
    assert torch.equal(random, next_random)
    assert all(torch.equal(a, b) for a, b in zip(buffers, others, strict=True))


@pytest.mark.parametrize("packed", [False, True])
def test_a_forward_put_into_the_module_itself(model, x, packed):
    # Libraries that move modules between devices do this.
    before = model.memory.forward
    model.memory.forward = lambda *args, **kwargs: before(*args, **kwargs)
    given = pack_sequence([x[0, :2], x[1]], enforce_sorted=False) if packed else x
    with lstm_viz.record(model.memory) as recording:
        model.memory(given)
    assert recording[""].lengths.tolist() == ([2, 5] if packed else [5, 5])
    assert recording[""].error < 2e-5


def test_a_forward_called_directly(model, x):
    with lstm_viz.record(model) as recording:
        model.memory.forward(x)
    assert recording["memory"].lengths.tolist() == [5, 5]


def test_threads_do_not_meet(model, x):
    with torch.no_grad():
        plain = model(x)
        with lstm_viz.record(model, force=SHUT):
            forced = model(x)
    wrong = []

    def work(force):
        for _ in range(20):
            with torch.no_grad(), lstm_viz.record(model, force=force) as recording:
                output = model(x)
            if len(recording.calls) != 1 or not torch.equal(output, forced if force else plain):
                wrong.append(force)

    threads = [threading.Thread(target=work, args=(force,)) for force in [None, SHUT] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert untouched()


def in_another_thread(run):
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_a_model_that_ran_only_in_another_thread_is_reported(model, x):
    with (
        pytest.raises(UnsupportedModuleError, match=r"'memory'.*other threads"),
        lstm_viz.record(model),
    ):
        in_another_thread(lambda: model(x))


def test_another_thread_is_left_alone(model, x):
    outputs = []
    with torch.no_grad(), lstm_viz.record(model, force=SHUT) as recording:
        in_another_thread(lambda: outputs.append(model(x).detach()))
        model(x)
    assert len(recording.calls) == 1
    assert torch.equal(outputs[0], model(x))


def on_meta(x):
    with torch.device("meta"):
        model = Model()
    with lstm_viz.record(model):
        model(x.to("meta"))


def with_fake_tensors(x):
    with FakeTensorMode(), lstm_viz.record(model := Model()):
        model(torch.empty(x.shape))


def while_traced(x):
    with lstm_viz.record(model := Model()):
        make_fx(model)(x)


def with_a_transformed_force(x):
    with lstm_viz.record(model := Model(), force=SHUT):
        torch.func.grad(lambda x: model(x).sum())(x)


@pytest.mark.parametrize(
    "run", [on_meta, with_fake_tensors, while_traced, with_a_transformed_force]
)
def test_without_values_it_is_refused_by_name(run, x):
    with pytest.raises(UnsupportedModuleError, match=r"module 'memory'.* Record it "):
        run(x)
    assert untouched()


def test_a_gradient_of_torch_func_is_recorded_as_the_plain_run(model, x):
    with lstm_viz.record(model) as plain:
        model(x)
    with lstm_viz.record(model) as recording:
        slope = torch.func.jacrev(lambda x: model(x).sum(1))(x)
    assert slope.shape == (2, 4, 2, 5, 3)
    assert recording["memory"].error < 2e-5
    torch.testing.assert_close(
        recording["memory"].layers[0].forget_gate, plain["memory"].layers[0].forget_gate
    )


@pytest.mark.filterwarnings("ignore")  # of what is outdated in PyTorch
@pytest.mark.parametrize("strict", [False, True])
def test_a_model_can_be_exported_inside_the_block(model, x, strict):
    with lstm_viz.record(model) as recording:
        exported = torch.export.export(model, (x,), strict=strict)
    assert not recording.calls  # nothing was run
    torch.testing.assert_close(exported.module()(x), model(x))


@pytest.mark.filterwarnings("ignore")
def test_a_model_can_be_scripted_and_traced_inside_the_block(model, x):
    with torch.no_grad(), lstm_viz.record(model) as recording:
        scripted, traced = torch.jit.script(model), torch.jit.trace(model, x)
        assert recording["memory"].error < 2e-5
        plain = model(x)
    torch.testing.assert_close(scripted(x), plain)
    torch.testing.assert_close(traced(x), plain)
    assert "aten::sigmoid" not in str(traced.inlined_graph)  # none of what the recording computes


def test_what_has_hooks_in_fx_is_a_leaf_as_ever(model):
    with lstm_viz.record(model):
        graph = torch.fx.symbolic_trace(model)
    assert any(node.op == "call_module" for node in graph.graph.nodes)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_force_that_never_acted_is_reported(x, compiled):
    # What was bound or compiled before the block passes by all that watches.
    cell = nn.GRUCell(3, 4)
    run = torch.compile(cell.forward, backend="eager") if compiled else cell.forward
    run(x[0])
    with (
        torch.no_grad(),
        pytest.raises(ForceError, match=r"a call of the module .* but none came"),
        lstm_viz.record(cell, force=Force("update_gate", 0.0)),
    ):
        run(x[0])


def test_a_recording_entered_inside_itself_goes_on(x):
    cell = nn.GRUCell(3, 4)
    with torch.no_grad(), lstm_viz.record(cell) as recording:
        with recording:
            state = cell(x[0])
        cell(x[0], state)
    assert recording[""].lengths.tolist() == [2] * 5


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forward_mode_gradients(x):
    cell = nn.GRUCell(3, 4)
    with torch.autograd.forward_ad.dual_level(), lstm_viz.record(cell) as recording:
        cell(torch.autograd.forward_ad.make_dual(x[0], torch.ones_like(x[0])))
    assert recording[""].error < 2e-5


def test_another_default_device_is_not_the_model(model, x):
    with lstm_viz.record(model) as recording, torch.device("meta"):
        model(x)
    assert recording["memory"].error < 2e-5
    assert recording["memory"].layers[0].cell_state.device == x.device
