"""Recording: exact gates for any nn.LSTM of one direction, and not a trace of it left behind."""

import gc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

import lstm_viz
from lstm_viz.errors import NoRecurrentModuleError, UnknownCallError, UnsupportedModuleError
from lstm_viz.notation import LSTM
from tests.trace.oracle import lstm

TOLERANCE = {torch.float32: 2e-5, torch.float64: 1e-9}

configurations = st.fixed_dictionaries(
    {
        "features": st.integers(1, 9),
        "units": st.integers(2, 9),
        "layers": st.integers(1, 3),
        "batch": st.integers(1, 4),
        "steps": st.integers(1, 12),
        "bias": st.booleans(),
        "projected": st.booleans(),
        "batch_first": st.booleans(),
        "form": st.sampled_from(["padded", "unbatched", "packed", "packed unsorted"]),
        "given_states": st.booleans(),
        "dtype": st.sampled_from([torch.float32, torch.float64]),
        "large": st.booleans(),
        "seed": st.integers(0, 2**31),
    }
)


def build(c):
    """Return a module, its input, and what the oracle needs to know of them."""
    torch.manual_seed(c["seed"])
    module = nn.LSTM(
        c["features"], c["units"], c["layers"], bias=c["bias"], batch_first=c["batch_first"],
        proj_size=c["units"] - 1 if c["projected"] else 0, dtype=c["dtype"],
    )  # fmt: skip
    if c["large"]:  # saturated gates: where errors would grow
        with torch.no_grad():
            for parameter in module.parameters():
                parameter.mul_(3)
    batch = 1 if c["form"] == "unbatched" else c["batch"]
    x = torch.randn(batch, c["steps"], c["features"], dtype=c["dtype"])
    lengths = [c["steps"]] * batch
    states = None
    if c["given_states"]:
        width = module.proj_size or c["units"]
        states = (
            torch.randn(c["layers"], batch, width, dtype=c["dtype"]).tanh(),
            torch.randn(c["layers"], batch, c["units"], dtype=c["dtype"]),
        )
    given_input, given_states = x if c["batch_first"] else x.transpose(0, 1), states
    if c["form"] == "unbatched":
        given_input = x[0]
        given_states = states and tuple(state[:, 0] for state in states)
    elif c["form"].startswith("packed"):
        lengths = torch.randint(1, c["steps"] + 1, (batch,)).tolist()
        ordered = c["form"] == "packed"
        if ordered:
            lengths.sort(reverse=True)
        given_input = pack_padded_sequence(
            given_input, torch.tensor(lengths), c["batch_first"], enforce_sorted=ordered
        )
    return module, given_input, given_states, x, lengths, states


@given(configurations)
@settings(max_examples=150)
def test_agrees_with_the_oracle(c):
    module, given_input, given_states, x, lengths, states = build(c)
    with lstm_viz.record(module) as recording:
        module(given_input, given_states)
    hidden, cell = (s.double().numpy() for s in states) if states else (None, None)
    expected = lstm(module, x.double().numpy(), lengths, hidden, cell)
    call = recording[""]
    steps = max(lengths)
    assert call.lengths.tolist() == lengths
    assert call.error <= TOLERANCE[c["dtype"]]
    assert [layer.layer for layer in call.layers] == list(range(c["layers"]))
    for layer, oracle in zip(call.layers, expected, strict=True):
        assert layer.direction == "forward"
        for quantity in LSTM:
            ours = getattr(layer, quantity.name)
            assert ours.dtype == c["dtype"]
            np.testing.assert_allclose(
                ours.double().numpy(), oracle[quantity.name][:, :steps], rtol=0,
                atol=TOLERANCE[c["dtype"]], err_msg=quantity.name,
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
        (values.sin().sum() + finals[1].cos().sum()).backward()
        return [
            values,
            *finals,
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
    with pytest.raises(RuntimeError, match="in the middle"), lstm_viz.record(model) as recording:
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


def test_inference_mode_and_autocast():
    module, x = nn.LSTM(2, 3), torch.randn(4, 1, 2)
    with torch.inference_mode(), lstm_viz.record(module) as recording:
        module(x)
    assert recording.calls[0].error < 2e-5


def test_a_swapped_gate_would_be_noticed():
    # The measure of exactness must not be a constant: a module that lies about its output fails.
    class Wrong(nn.LSTM):
        def forward(self, x, hx=None):
            output, finals = super().forward(x, hx)
            return output.flip(-1), finals

    module = Wrong(2, 3)
    with lstm_viz.record(module) as recording:
        module(torch.randn(4, 1, 2))
    assert recording.calls[0].error > 1e-3


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
        (nn.GRU(2, 2), r"nn\.GRU is not among"),
        (nn.LSTMCell(2, 2), r"nn\.LSTMCell is not among"),
        (nn.LSTM(2, 2, bidirectional=True), "it reads in two directions"),
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
        with pytest.raises(UnsupportedModuleError, match="dropout"):
            module(torch.randn(4, 1, 2))
    assert recording.calls[0].error < 2e-5
