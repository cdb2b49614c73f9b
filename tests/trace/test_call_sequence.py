"""Step by step: at which step of its sequence a call stands, and what acts there."""

import weakref
from contextlib import nullcontext

import pytest
import torch
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, SequenceError

SHUT = Force("forget_gate", 0.0, steps=[3])
ROUNDING = {"rtol": 0, "atol": 1e-5}


def numbers(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def each(change):
    return lambda states: tuple(change(state) for state in states)


# What programs do to states between two steps.
SAME = {
    "as it is": each(lambda state: state),
    "detach": each(torch.Tensor.detach),
    "clone": each(torch.clone),
    "view": each(lambda state: state[:2]),
    "numpy": each(lambda state: torch.from_numpy(state.numpy().copy())),
    "mask of ones": each(lambda state: state * torch.ones(2, 1)),
}
OTHER = {
    "mask": each(lambda state: state * torch.tensor([[1.0], [0.0]])),
    "beams": each(lambda state: state[[1, 0]]),
    "decay": each(lambda state: state * 0.5),
    "zoneout": each(lambda state: torch.where(state > 0, state, state * 0)),
    "fewer": each(lambda state: state.half().float()),
}


def steps(module, change, force=None, joined=False):
    """Run a module step by step; return what it put out after each step, and the recording."""
    x, state, outputs = numbers(6, 2, 3), None, []
    with (
        torch.no_grad(),
        lstm_viz.record(module, force=force) as recording,
        recording.sequence() if joined else nullcontext(),
    ):
        for features in x:
            if isinstance(module, nn.LSTM):
                _, state = module(features[None], state and change(state))
            else:
                state = module(features, state and change(state))
            outputs.append(state[0])
    return torch.stack(outputs), recording


def acts_at(module, change, *, joined=False):
    """Return the steps at which the cell's states are other than without a force."""
    plain, _ = steps(module, change, joined=joined)
    forced, recording = steps(module, change, SHUT, joined)
    differ = [(a - b).abs().max() > 1e-4 for a, b in zip(plain, forced, strict=True)]
    return [step for step, other in enumerate(differ) if other], recording


@pytest.fixture(params=["cell", "layer"])
def module(request):
    torch.manual_seed(0)
    return nn.LSTMCell(3, 4) if request.param == "cell" else nn.LSTM(3, 4)


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
@pytest.mark.parametrize("joined", [False, True])
def test_the_same_states_go_on(module, change, joined):
    if isinstance(module, nn.LSTM) and change is SAME["view"]:
        change = each(lambda state: state[:, :2])
    at, recording = acts_at(module, change, joined=joined)
    assert at == [3, 4, 5]
    is_one = joined or isinstance(module, nn.LSTMCell)
    assert [c.lengths.tolist() for c in recording.calls] == ([[6, 6]] if is_one else [[1, 1]] * 6)


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_of_other_states_the_step_is_not_known(change):
    with pytest.raises(SequenceError, match=r"recording\.sequence\(\)"):
        acts_at(nn.LSTMCell(3, 4), change)


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_of_other_states_the_caller_tells_the_step(change):
    torch.manual_seed(0)
    at, recording = acts_at(nn.LSTMCell(3, 4), change, joined=True)
    assert at == [3, 4, 5]
    assert recording[""].layers[0].cell_state.shape == (2, 6, 4)


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER)
def test_without_a_force_by_step_nothing_hangs_on_the_step(change):
    cell = nn.LSTMCell(3, 4)
    _, recording = steps(cell, change, Force("forget_gate", 0.0))
    assert [call.lengths.tolist() for call in recording.calls] == [[1, 1]] * 6


def test_steps_joined_are_the_whole_layer():
    torch.manual_seed(0)
    layer, x = nn.LSTM(3, 4, 2), numbers(6, 2, 3)
    with torch.no_grad(), lstm_viz.record(layer, pre_activations=True) as whole:
        layer(x)
    with (
        torch.no_grad(),
        lstm_viz.record(layer, pre_activations=True) as recording,
        recording.sequence(),
    ):
        _, state = layer(x[:3])
        for features in x[3:]:
            _, state = layer(features[None], each(torch.clone)(state))
    (call,), (expected,) = recording.calls, whole.calls
    assert call.lengths.tolist() == [6, 6]
    for ours, theirs in zip(call.layers, expected.layers, strict=True):
        for name, array in theirs.quantities.items():
            torch.testing.assert_close(ours.quantities[name], array, **ROUNDING)
        assert torch.equal(ours.initial["cell_state"], theirs.initial["cell_state"])
        parts, others = ours.pre_activations["candidate"], theirs.pre_activations["candidate"]
        torch.testing.assert_close(parts.recurrent, others.recurrent, **ROUNDING)


def test_a_batch_that_shrinks_has_lengths():
    cell, state = nn.GRUCell(3, 4), None
    with torch.no_grad(), lstm_viz.record(cell) as recording, recording.sequence():
        for rows, features in zip([3, 3, 2, 1], numbers(4, 3, 3), strict=True):
            state = cell(features[:rows], None if state is None else state[:rows])
    call = recording[""]
    assert call.lengths.tolist() == [4, 3, 2]
    assert not call.layers[0].hidden_state[2, 2:].any()
    assert torch.equal(call.layers[0].hidden_state[0, 3], state[0])


@pytest.mark.parametrize("rows", [[1], [0, 1, 0]])
def test_a_batch_of_other_rows_cannot_be_joined(rows):
    cell = nn.GRUCell(3, 4)
    with torch.no_grad(), lstm_viz.record(cell) as recording, recording.sequence():
        state = cell(numbers(2, 3))
        given = state[rows]
        with pytest.raises(SequenceError, match=rf"batch went from 2 to {len(rows)}"):
            cell(numbers(len(given), 3), given)


@pytest.mark.parametrize("layer", [nn.LSTM(3, 4, bidirectional=True), nn.LSTM(3, 4)])
def test_what_cannot_be_joined_is_refused_by_name(layer):
    ragged = nn.utils.rnn.pack_sequence([numbers(3, 3), numbers(2, 3)])
    with (
        pytest.raises(SequenceError, match=r"module '0'.*(backward|several lengths)"),
        lstm_viz.record(nn.Sequential(layer)) as recording,
        recording.sequence(),
    ):
        layer(numbers(2, 1, 3) if layer.bidirectional else ragged)


def test_one_sequence_is_not_inside_another():
    with (
        lstm_viz.record(nn.GRUCell(3, 4)) as recording,
        recording.sequence(),
        pytest.raises(SequenceError, match=r"inside another"),
        recording.sequence(),
    ):
        pass


def test_two_streams_in_turns_are_two_calls():
    cell, one, two = nn.LSTMCell(3, 4), None, None
    with torch.no_grad(), lstm_viz.record(cell, force=SHUT) as recording:
        for features in numbers(5, 2, 3):
            one, two = cell(features, one), cell(features, two)
    assert [call.lengths.tolist() for call in recording.calls] == [[5, 5], [5, 5]]
    for call in recording.calls:
        assert (call.layers[0].forget_gate == 0).all(-1).all(0).tolist() == [0, 0, 0, 1, 0]


@pytest.mark.parametrize("start", ["none", "zeros", "learnt", "zeroed in place"])
def test_sequences_begin_anew(start):
    cell, learnt, state = nn.LSTMCell(3, 4), (numbers(1, 4), numbers(1, 4)), None
    starts = {
        "none": lambda _: None,
        "zeros": lambda _: (torch.zeros(2, 4), torch.zeros(2, 4)),
        "learnt": lambda _: tuple(state.expand(2, -1) for state in learnt),
        "zeroed in place": lambda last: last and tuple(state.zero_() for state in last),
    }
    with torch.no_grad(), lstm_viz.record(cell, force=SHUT) as recording:
        for _ in range(3):
            state = starts[start](state)
            for features in numbers(5, 2, 3):
                state = cell(features, state)
    assert_shut_at_the_fourth(recording, 3)


class Translator(nn.Module):
    """What one layer read is where a cell begins."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.LSTM(3, 4), nn.LSTMCell(3, 4)

    def forward(self, x):
        _, (hidden, cell) = self.encoder(x)
        state = hidden[-1], cell[-1]
        for features in x:
            state = self.decoder(features, state)


def test_a_decoder_begins_where_an_encoder_ended():
    model, shut = Translator(), Force("forget_gate", 0.0, steps=[3], module="decoder")
    with torch.no_grad(), lstm_viz.record(model, force=shut) as recording:
        for x in (numbers(5, 2, 3), numbers(6, 2, 3).flip(0)[:5]):
            model(x)
    calls = [call for call in recording.calls if call.name == "decoder"]
    assert [call.lengths.tolist() for call in calls] == [[5, 5], [5, 5]]
    for call in calls:
        assert (call.layers[0].forget_gate == 0).all(-1).all(0).tolist() == [0, 0, 0, 1, 0]


def assert_shut_at_the_fourth(recording, count):
    assert len(recording.calls) == count
    for call in recording.calls:
        assert (call.layers[0].forget_gate == 0).all(-1).all(0).tolist() == [0, 0, 0, 1, 0]


def in_place(cell):
    """One pair of buffers holds the states of every step, changed on the way."""
    state = torch.zeros(2, 4), torch.zeros(2, 4)
    for features in numbers(6, 2, 3):
        for buffer, value in zip(state, cell(features, state), strict=True):
            buffer.copy_(value * 0.9)


def changed_once(cell):
    state = None
    for step, features in enumerate(numbers(6, 2, 3)):
        state = cell(features, state)
        state = each(lambda values: values / 2)(state) if step == 2 else state


def branches(cell):
    """Two beams go on with one state."""
    first, second, third = numbers(3, 2, 3)
    state = cell(first)
    cell(third, cell(second, state))
    cell(third, cell(third, state))


@pytest.mark.parametrize("run", [in_place, changed_once, branches])
@pytest.mark.parametrize("asked", [[0], [3]])
def test_a_loop_that_is_not_plain_throughout_is_refused(run, asked):
    cell = nn.LSTMCell(3, 4)
    force = Force("forget_gate", 0.0, steps=asked)
    with pytest.raises(SequenceError), torch.no_grad(), lstm_viz.record(cell, force=force):
        run(cell)


def test_of_one_step_after_several_the_place_is_not_known():
    layer, x, state = nn.GRU(3, 4), numbers(7, 2, 3), None
    force = Force("update_gate", 0.0, steps=[0])
    with torch.no_grad(), lstm_viz.record(layer) as recording:
        for part in x.split(3):
            _, state = layer(part, state)
    assert [call.lengths.tolist() for call in recording.calls] == [[3, 3], [3, 3], [1, 1]]
    with torch.no_grad(), lstm_viz.record(layer, force=force):
        _, state = layer(x[:3])
        with pytest.raises(SequenceError):
            layer(x[3:4], state)


def test_numbers_for_all_steps_reach_the_parts_of_a_sequence():
    layer, x, state = nn.LSTM(3, 4), numbers(6, 2, 3), None
    rows = torch.linspace(0, 1, 24).reshape(6, 4)
    with (
        torch.no_grad(),
        lstm_viz.record(layer, force=Force("input_gate", rows)) as recording,
        recording.sequence(),
    ):
        for part in x.split(2):
            _, state = layer(part, state)
    assert torch.equal(recording[""].layers[0].input_gate[1], rows)


def test_numbers_for_each_row_reach_a_batch_that_shrinks():
    cell, state = nn.GRUCell(3, 4), None
    rows = torch.linspace(0, 1, 24).reshape(2, 3, 4)
    with (
        torch.no_grad(),
        lstm_viz.record(cell, force=Force("update_gate", rows)) as recording,
        recording.sequence(),
    ):
        for count, features in zip([2, 2, 1], numbers(3, 2, 3), strict=True):
            state = cell(features[:count], None if state is None else state[:count])
    gate = recording[""].layers[0].update_gate
    assert torch.equal(gate[0], rows[0])
    assert torch.equal(gate[1, :2], rows[1, :2])


def test_a_recording_keeps_no_graph_of_states():
    cell, x = nn.GRUCell(3, 4), numbers(2, 3).requires_grad_()
    with lstm_viz.record(cell) as recording:
        state = cell(x)
        kept = weakref.ref(state)  # and with it the graph that it came from
        del state
    assert kept() is None
    assert len(recording.calls) == 1


def test_numbers_for_each_step_reach_their_steps():
    cell, rows = nn.LSTMCell(3, 4), torch.linspace(0, 1, 24).reshape(6, 4)
    for force in (Force("input_gate", rows), Force("input_gate", rows[2:4], steps=[2, 3])):
        _, recording = steps(cell, SAME["detach"], force)
        gate = recording[""].layers[0].input_gate[0]
        assert torch.equal(gate[2:4], rows[2:4])
        assert torch.equal(gate[5], rows[5]) == (force.steps is None)
    with pytest.raises(ForceError, match=r"more than the 2 that are given"):
        steps(cell, SAME["detach"], Force("input_gate", rows[:2]))


@pytest.mark.parametrize("asked", [[6], [7, 9]])
def test_a_force_that_met_none_of_its_steps_is_told(module, asked):
    force = Force("forget_gate", 0.0, steps=asked)
    with pytest.raises(ForceError, match=r"a step from 0 to 5, but .* forget_gate = 0\.0, steps"):
        steps(module, SAME["as it is"], force)


def test_an_error_inside_the_block_is_not_hidden_by_another():
    cell, force = nn.LSTMCell(3, 4), Force("input_gate", 0, steps=[9])
    with (
        pytest.raises(RuntimeError, match=r"other features"),
        lstm_viz.record(cell, force=force),
    ):
        _fail_after(cell)


def _fail_after(cell):
    cell(numbers(2, 3))
    raise RuntimeError("other features")
