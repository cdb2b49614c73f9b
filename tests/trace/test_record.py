"""Recording: exact gates for any LSTM, GRU or RNN, and not a trace of it left behind."""

import gc
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import NoRecurrentModuleError, UnknownCallError, UnsupportedModuleError
from lstm_viz.trace.cells import CELLS, LSTM, CellWeights
from tests.trace.modules import TOLERANCE, Unrolled, build, configurations
from tests.trace.oracle import QUANTITIES, run


@given(configurations)
@settings(max_examples=150)
def test_agrees_with_the_oracle(c):
    module, given_input, given_states, x, lengths, states = build(c)
    with lstm_viz.record(module) as recording:
        module(given_input, given_states)
    hidden, cell = (
        None if state is None else state.double().numpy() for state in states or (None, None)
    )
    expected = run(module, x.double().numpy(), lengths, hidden, cell)
    call = recording[""]
    steps = max(lengths)
    assert call.lengths.tolist() == lengths
    assert call.error <= TOLERANCE[c["dtype"]]
    ways = ("forward", "backward") if c["bidirectional"] else ("forward",)
    assert [(layer.layer, layer.direction) for layer in call.layers] == [
        (layer, way) for layer in range(c["layers"]) for way in ways
    ]
    for layer, oracle in zip(call.layers, expected, strict=True):
        assert set(layer.quantities) == set(QUANTITIES[c["mode"]])
        for name, ours in layer.quantities.items():
            assert ours.dtype == c["dtype"]
            np.testing.assert_allclose(
                ours.double().numpy(), oracle[name][:, :steps], rtol=0,
                atol=TOLERANCE[c["dtype"]], err_msg=name,
            )  # fmt: skip


@given(configurations)
@settings(max_examples=40)
def test_changes_nothing(c):
    module, given_input, given_states, *_ = build(c)

    def run(recorded):
        module.zero_grad()
        if recorded:
            with lstm_viz.record(module):
                output, finals = module(given_input, given_states)
        else:
            output, finals = module(given_input, given_states)
        values = getattr(output, "data", output)
        ends = finals if isinstance(finals, tuple) else (finals,)
        (values.sin().sum() + ends[-1].cos().sum()).backward()
        return [
            values,
            *ends,
            *(p.grad if p.grad is None else p.grad.clone() for p in module.parameters()),
        ]

    for plain, recorded in zip(run(False), run(True), strict=True):
        assert plain is recorded is None or torch.equal(plain, recorded)
    assert not module._forward_hooks


class Nested(nn.Module):
    """Two LSTMs, one of them under two names and called twice."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleDict({"lstm": nn.LSTM(3, 4, batch_first=True)})
        self.again = self.encoder["lstm"]
        self.head = nn.LSTM(4, 2, batch_first=True)

    def forward(self, x, fail=False):
        first, state = self.encoder["lstm"](x)
        if fail:
            raise RuntimeError("in the middle")
        second, _ = self.again(x, hx=state)
        return self.head(first + second)[0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("cell", "fused", "more"),
    [
        (nn.LSTMCell, nn.LSTM, {}),
        (nn.GRUCell, nn.GRU, {}),
        (nn.RNNCell, nn.RNN, {}),
        (nn.RNNCell, nn.RNN, {"nonlinearity": "relu"}),
    ],
)
def test_a_cell_in_a_loop_is_one_call_like_the_fused_layer(cell, fused, more, bias, dtype):
    torch.manual_seed(0)
    model = Unrolled(cell(3, 4, bias=bias, dtype=dtype, **more))
    layer = fused(3, 4, bias=bias, dtype=dtype, **more)
    layer.load_state_dict({f"{k}_l0": v for k, v in model.cell.state_dict().items()})
    x = torch.randn(6, 2, 3, dtype=dtype)
    with lstm_viz.record(model) as loop, lstm_viz.record(layer) as whole:
        model(x)
        layer(x)
    (ours,), (theirs,) = loop.calls, whole.calls
    assert ours.name == "cell"
    assert ours.lengths.tolist() == [6, 6]
    assert ours.error <= TOLERANCE[dtype]
    assert tuple(ours.layers[0].quantities) == tuple(theirs.layers[0].quantities)
    for name, array in ours.layers[0].quantities.items():
        torch.testing.assert_close(array, theirs.layers[0].quantities[name], rtol=0, atol=2e-6)
    assert loop["cell"] is loop.calls[0]


def test_states_may_come_as_a_list():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2)
    with lstm_viz.record(module) as recording:
        module(x, [torch.ones(1, 1, 3), torch.ones(1, 1, 3)])
    assert recording[""].layers[0].initial["cell_state"].tolist() == [[1.0, 1.0, 1.0]]


def test_a_loop_that_starts_anew_is_two_calls():
    model = Unrolled(nn.LSTMCell(3, 4))
    with lstm_viz.record(model) as recording:
        model(torch.randn(5, 2, 3), restart=True)
    assert [call.lengths.tolist() for call in recording.calls] == [[2, 2], [3, 3]]


def test_given_states_and_an_unbatched_cell():
    cell, state = nn.GRUCell(3, 4), torch.randn(4)
    with lstm_viz.record(cell) as recording:
        cell(torch.randn(3), state)
    call = recording[""]
    assert call.layers[0].hidden_state.shape == (1, 1, 4)
    assert torch.equal(call.layers[0].initial["hidden_state"][0], state)
    assert call.error < 2e-5


def test_names_and_calls():
    model = Nested()
    with lstm_viz.record(model) as recording:
        model(torch.randn(2, 5, 3))
    assert recording.names == ("encoder.lstm", "head")
    assert [call.name for call in recording.calls] == ["encoder.lstm", "encoder.lstm", "head"]
    assert recording["encoder.lstm"] is recording.calls[1]
    first, second, _ = recording.calls
    torch.testing.assert_close(
        second.layers[0].initial["cell_state"], first.layers[0].cell_state[:, -1]
    )
    with pytest.raises(UnknownCallError, match=r"'decoder'.*'encoder\.lstm', 'head'"):
        recording["decoder"]
    with pytest.raises(KeyError):
        recording["decoder"]


def test_no_hook_stays_after_an_exception():
    model = Nested()
    with pytest.raises(RuntimeError, match=r"in the middle"), lstm_viz.record(model) as recording:
        model(torch.randn(2, 5, 3), fail=True)
    assert not any(module._forward_hooks for module in model.modules())
    assert [call.name for call in recording.calls] == ["encoder.lstm"]


def test_nested_recordings_see_the_same():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2)
    with lstm_viz.record(module) as outer:
        with lstm_viz.record(module) as inner:
            module(x)
        module(x)
    assert len(inner.calls) == 1
    assert len(outer.calls) == 2
    assert torch.equal(inner.calls[0].layers[0].cell_state, outer.calls[1].layers[0].cell_state)


def test_a_recording_keeps_no_graph_alive():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2, requires_grad=True)
    with lstm_viz.record(module) as recording:
        module(x)
    gc.collect()
    for array in recording.calls[0].layers[0].quantities.values():
        assert not array.requires_grad


def test_later_changes_of_the_weights_do_not_reach_a_recording():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2)
    with lstm_viz.record(module) as recording:
        module(x)
    before = recording.calls[0].layers[0].forget_gate.clone()
    nn.init.zeros_(module.weight_ih_l0)
    assert torch.equal(recording.calls[0].layers[0].forget_gate, before)


@pytest.mark.parametrize("force", [None, Force("hidden_state", 0.5, units=[1])])
@pytest.mark.parametrize("module", [nn.LSTM(2, 3), nn.GRU(2, 3, 2, bidirectional=True)])
def test_later_changes_of_the_output_do_not_reach_a_recording(module, force):
    with torch.no_grad(), lstm_viz.record(module, force=force) as recording:
        output, _ = module(torch.randn(4, 1, 2))
        before = output.clone()
        output.zero_()
    layers = recording.calls[0].layers[-2 if module.bidirectional else -1 :]
    after = torch.cat([layer.hidden_state for layer in layers], -1)
    assert torch.equal(after.transpose(0, 1), before)


def test_inference_mode_and_autocast():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2)
    with torch.inference_mode(), lstm_viz.record(module) as recording:
        module(x)
    assert recording.calls[0].error < 2e-5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_half_precisions_report_their_error(kind, dtype):
    torch.manual_seed(0)
    module = kind(3, 4, 2, dtype=dtype)
    with torch.inference_mode(), lstm_viz.record(module) as recording:
        module(torch.randn(5, 2, 3, dtype=dtype))
    call = recording[""]
    assert call.layers[0].hidden_state.dtype == dtype
    assert 0 < call.error < 0.02


def test_other_equations_would_be_noticed(monkeypatch):
    # The measure of exactness must not be a constant.
    def swapped(weights, features, hidden, initial):
        order = torch.cat([torch.arange(3, 6), torch.arange(3), torch.arange(6, 12)])
        parts = [weights.from_input[order], weights.from_hidden[order], weights.input_bias[order]]
        return LSTM.all_steps(
            CellWeights(*parts, weights.hidden_bias[order]), features, hidden, initial
        )

    monkeypatch.setitem(CELLS, "LSTM", replace(LSTM, all_steps=swapped))
    torch.manual_seed(0)
    module = nn.LSTM(2, 3)
    with lstm_viz.record(module) as recording:
        module(torch.randn(4, 1, 2))
    assert recording.calls[0].error > 1e-3


class GatedLSTM(nn.Module):
    """An LSTM written anew: nothing tells its equations."""

    def __init__(self):
        super().__init__()
        self.gates = nn.Linear(3, 8)


def test_what_is_written_anew_is_refused_by_name():
    model = nn.ModuleDict({"encoder": GatedLSTM()})
    with pytest.raises(NoRecurrentModuleError, match=r"not known: encoder \(GatedLSTM\)"):
        lstm_viz.record(model)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (nn.Linear(2, 2), r"Linear holds no recurrent module to record.*nn\.LSTM"),
        (nn.Sequential(nn.ReLU()), "Sequential holds no recurrent module"),
    ],
)
def test_models_without_recurrence(model, sentence):
    with pytest.raises(NoRecurrentModuleError, match=sentence):
        lstm_viz.record(model)


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (nn.GRU(2, 2, 2, dropout=0.5), "dropout acts between its layers"),
        (nn.LSTM(2, 2, 2, dropout=0.5), "dropout acts between its layers"),
    ],
)
def test_what_cannot_be_exact_is_refused_by_name(module, reason):
    with pytest.raises(UnsupportedModuleError, match=rf"'0' cannot be rebuilt exactly: {reason}"):
        lstm_viz.record(nn.Sequential(module))


def test_dropout_between_layers_is_fine_in_evaluation():
    module = nn.LSTM(2, 3, 2, dropout=0.5).eval()
    with lstm_viz.record(module) as recording:
        module(torch.randn(4, 1, 2))
        module.train()
        with pytest.raises(UnsupportedModuleError, match=r"dropout"):
            module(torch.randn(4, 1, 2))
    assert recording.calls[0].error < 2e-5
