"""Forcing: what is forced is, what follows sees it, what came before does not."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, UnknownQuantityError
from tests.trace.gradients import check_gradients
from tests.trace.modules import TOLERANCE, Unrolled, build, configurations


def ran(module, *given_, **options):
    with torch.no_grad(), lstm_viz.record(module, **options) as recording:
        output = module(*given_)
    return output, recording


def values(output):
    hidden, finals = output
    finals = finals if isinstance(finals, tuple) else (finals,)
    return [getattr(hidden, "data", hidden), *finals]


@given(configurations)
@settings(max_examples=80)
def test_with_nothing_forced_both_engines_agree(c):
    module, given_input, given_states, *_ = build(c)
    plain, recording = ran(module, given_input, given_states)
    again, unrolled = ran(module, given_input, given_states, force=[])
    assert type(again[0]) is type(plain[0])
    if isinstance(plain[0], PackedSequence):
        assert torch.equal(again[0].batch_sizes, plain[0].batch_sizes)
    tolerance = TOLERANCE[c["dtype"]]
    for ours, theirs in zip(values(again), values(plain), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=tolerance)
    assert unrolled[""].error <= tolerance
    for ours, theirs in zip(unrolled[""].layers, recording[""].layers, strict=True):
        assert (ours.layer, ours.direction) == (theirs.layer, theirs.direction)
        for name, array in ours.quantities.items():
            torch.testing.assert_close(array, theirs.quantities[name], rtol=0, atol=tolerance)


@given(configurations, st.data())
@settings(max_examples=80)
def test_what_is_forced_is_and_the_past_is_untouched(c, data):
    module, given_input, given_states, *_, lengths, _ = build(c)
    _, recording = ran(module, given_input, given_states)
    before = recording[""]
    layer = data.draw(st.sampled_from(before.layers))
    name = data.draw(st.sampled_from(list(layer.quantities)))
    width = layer.quantities[name].shape[-1]
    unit = data.draw(st.integers(0, width - 1))
    step = data.draw(st.integers(0, max(lengths) - 1))
    force = Force(
        name, 0.625, layer=layer.layer, direction=layer.direction, units=[unit], steps=[step]
    )
    after = ran(module, given_input, given_states, force=[force])[1][""]
    assert after.error <= TOLERANCE[c["dtype"]]
    at = before.layers.index(layer)
    reached = after.lengths > step
    forced = after.layers[at].quantities[name][:, step, unit]
    assert torch.equal(forced, torch.where(reached, forced.new_tensor(0.625), 0))
    past = slice(None, step) if layer.direction == "forward" else slice(step + 1, None)
    same = after.layers[: layer.layer * (1 + c["bidirectional"])]
    for ours, theirs in zip(same, before.layers, strict=False):
        for quantity, array in ours.quantities.items():
            assert torch.allclose(array, theirs.quantities[quantity], rtol=0, atol=1e-5)
    for quantity, array in after.layers[at].quantities.items():
        torch.testing.assert_close(
            array[:, past], layer.quantities[quantity][:, past], rtol=0, atol=2e-5
        )


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("both", [False, True])
def test_a_closed_input_gate_leaves_every_cell_empty(layers, both):
    module = nn.LSTM(3, 5, layers, bidirectional=both)
    output, recording = ran(module, torch.randn(7, 2, 3), force=[Force("input_gate", 0.0)])
    assert not output[0].any()
    for layer in recording[""].layers:
        assert not layer.cell_state.any()


def test_forgetting_once_leaves_what_is_written_there():
    module, x = nn.LSTM(3, 5), torch.randn(7, 2, 3)
    layer = ran(module, x, force=[Force("forget_gate", 0.0, steps=[4])])[1][""].layers[0]
    written = layer.input_gate * layer.candidate
    assert torch.equal(layer.cell_state[:, 4], written[:, 4])
    plain = ran(module, x)[1][""].layers[0]
    for name, array in layer.quantities.items():
        torch.testing.assert_close(array[:, :4], plain.quantities[name][:, :4], rtol=0, atol=1e-6)
    assert not torch.allclose(layer.cell_state[:, 5], plain.cell_state[:, 5])


@pytest.mark.parametrize("quantity", ["cell_state", "hidden_state"])
def test_a_silenced_unit_changes_no_other_of_that_step(quantity):
    module, x = nn.LSTM(3, 5), torch.randn(7, 2, 3)
    layer = ran(module, x, force=[Force(quantity, 0.0, units=[2], steps=[4])])[1][""].layers[0]
    plain = ran(module, x)[1][""].layers[0]
    others = [0, 1, 3, 4]
    for name, array in layer.quantities.items():
        expected = plain.quantities[name][:, 4, others]
        torch.testing.assert_close(array[:, 4, others], expected, rtol=0, atol=1e-6)
    assert not layer.hidden_state[:, 4, 2].any()
    assert not torch.allclose(layer.forget_gate[:, 5], plain.forget_gate[:, 5], rtol=0, atol=1e-6)


def test_value_scale_and_add_act_in_order():
    module, x = nn.GRU(3, 5), torch.randn(7, 2, 3)
    plain = ran(module, x)[1][""].layers[0]
    forces = [
        Force("update_gate", scale=0.5, steps=[0]),
        Force("update_gate", add=0.25, steps=[0], units=range(2)),
        Force("reset_gate", 0.1),
    ]
    layer = ran(module, x, force=forces)[1][""].layers[0]
    expected = plain.update_gate[:, 0] * 0.5 + torch.tensor([0.25, 0.25, 0, 0, 0])
    torch.testing.assert_close(layer.update_gate[:, 0], expected)
    assert (layer.reset_gate == torch.tensor(0.1)).all()


def test_a_forced_layer_obeys_the_equations_with_what_is_forced():
    module, x = nn.LSTM(3, 5), torch.randn(7, 1, 3)
    gate = np.linspace(0, 1, 10).reshape(2, 5).tolist()
    layer = ran(module, x, force=[Force("output_gate", gate, steps=[2, 5])])[1][""].layers[0]
    torch.testing.assert_close(layer.output_gate[0, [2, 5]], torch.tensor(gate))
    quantities = {name: array[0].numpy() for name, array in layer.quantities.items()}
    assert lstm_viz.verify(**quantities).holds


def test_a_run_is_carried_over_into_another():
    # With every gate, candidate and the start taken from a first run, a second is that run.
    module, x, other = nn.LSTM(3, 5), torch.randn(7, 2, 3), torch.randn(7, 2, 3)
    first = ran(module, x)[1][""].layers[0]
    gates = ("input_gate", "forget_gate", "candidate", "output_gate")
    forces = [Force(name, first.quantities[name]) for name in gates]
    second = ran(module, other, force=forces)[1][""].layers[0]
    torch.testing.assert_close(second.hidden_state, first.hidden_state)


class Tagger(nn.Module):
    """Two recurrent modules of different kinds, and what follows them."""

    def __init__(self):
        super().__init__()
        self.words = nn.LSTM(3, 4, 2, batch_first=True)
        self.phrases = nn.GRU(4, 4, batch_first=True, bidirectional=True)
        self.readout = nn.Linear(8, 2)

    def forward(self, x):
        return self.readout(self.phrases(self.words(x)[0])[0])


def test_all_that_follows_sees_what_is_forced():
    model, x = Tagger(), torch.randn(2, 6, 3)
    plain, before = ran(model, x)
    forced, after = ran(model, x, force=[Force("hidden_state", 0.0, module="words", layer=1)])
    assert not after["words"].layers[1].hidden_state.any()
    torch.testing.assert_close(
        after["words"].layers[0].cell_state, before["words"].layers[0].cell_state
    )
    assert not torch.allclose(plain, forced)
    bias_only = model.readout(model.phrases(torch.zeros(2, 6, 4))[0])
    torch.testing.assert_close(forced, bias_only)
    assert torch.equal(ran(model, x)[0], plain)  # nothing of it stays


def test_a_step_counts_in_the_input_in_both_directions():
    module = nn.GRU(3, 4, bidirectional=True)
    lengths = torch.tensor([6, 4])
    packed = pack_padded_sequence(torch.randn(6, 2, 3), lengths)
    layers = ran(module, packed, force=[Force("candidate", 0.5, steps=[1])])[1][""].layers
    for layer in layers:
        found = (layer.candidate == 0.5).all(-1)
        assert found.nonzero().tolist() == [[0, 1], [1, 1]]


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_cell_in_a_loop_is_forced_like_the_fused_layer(kind):
    model = Unrolled(kind(3, 4))
    layer = getattr(nn, kind.__name__.removesuffix("Cell"))(3, 4)
    layer.load_state_dict({f"{k}_l0": v for k, v in model.cell.state_dict().items()})
    x = torch.randn(6, 2, 3)
    forces = [
        Force("hidden_state", [[0.1, 0.2], [0.3, 0.4]], units=[1, 3], steps=[2, 4]),
        Force("hidden_state", scale=2, steps=[5]),
    ]
    output, loop = ran(model, x, force=forces)
    whole, fused = ran(layer, x, force=forces)
    torch.testing.assert_close(output, whole[0])
    assert len(loop.calls) == 1
    for name, array in loop["cell"].layers[0].quantities.items():
        torch.testing.assert_close(array, fused[""].layers[0].quantities[name])


@pytest.mark.parametrize("mode", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("both", [False, True])
def test_gradients_with_respect_to_every_quantity(mode, both):
    check_gradients(mode, both)


def test_gradients_of_weights_and_input_are_those_of_the_layer():
    module, x = nn.LSTM(3, 4, 2), torch.randn(5, 2, 3, requires_grad=True)

    def gradients():
        output, (hidden, cell) = module(x)
        loss = output.sin().sum() + hidden.cos().sum() + cell.sum()
        return torch.autograd.grad(loss, [x, *module.parameters()])

    plain = gradients()
    with lstm_viz.record(module, force=[]):
        unrolled = gradients()
    for ours, theirs in zip(unrolled, plain, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_a_forced_value_can_be_learned():
    module, x = nn.LSTM(3, 4), torch.randn(5, 1, 3)
    value = torch.tensor(0.5, requires_grad=True)
    with lstm_viz.record(module, force=[Force("forget_gate", value, steps=[2])]):
        output, _ = module(x)
    output.sum().backward()
    assert value.grad


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((("forget_gate",), {}), "one of value, scale, add and lean, but none came"),
        ((("forget_gate", 1, 2), {}), "but value and scale came"),
        ((("forget_gate", float("nan")), {}), "finite numbers, but nan came"),
        ((("forget_gate", [0.0, float("inf")]), {}), "finite numbers"),
        ((("forget_gate", "open"), {}), "a number or an array of numbers, but 'open' came"),
        ((("forget_gate", True), {}), "finite numbers, but True came"),
        ((("forget_gate", 1), {"units": [-1]}), "units as numbers from 0, but -1 came"),
        ((("forget_gate", 1), {"units": []}), "units as numbers from 0, but there is none"),
        ((("forget_gate", 1), {"units": None, "steps": 1.5}), r"steps as .* but 1.5 came"),
        ((("forget_gate", 1), {"direction": "sideways"}), "forward or backward, but .* 'sideways'"),
        ((("forget_gate", 1), {"steps": [0.5]}), "steps as numbers from 0, but 0.5 came"),
        ((("forget_gate", 1), {"layer": -1}), "a layer as numbers from 0, but -1 came"),
    ],
)
def test_what_no_model_could_do_is_refused_at_once(arguments, sentence):
    positional, named = arguments
    with pytest.raises(ForceError, match=sentence):
        Force(*positional, **named)
    with pytest.raises(ValueError, match=sentence):
        Force(*positional, **named)


def test_an_unknown_quantity_is_refused():
    with pytest.raises(UnknownQuantityError, match=r"'forget' here.*'forget_gate'"):
        Force("forget", 1)


def test_one_place_need_not_be_a_list():
    force = Force("forget_gate", 1, units=3, steps=np.int64(2), layer=np.int64(0))
    assert (force.units, force.steps, force.layer) == ((3,), (2,), 0)


@pytest.mark.parametrize(
    ("force", "sentence"),
    [
        (Force("forget_gate", 1, module="phrases"), "no quantity 'forget_gate' here.*'reset_gate'"),
        (Force("forget_gate", 1, units=[3, 4]), "units from 0 to 3, but unit 4 came"),
        (Force("forget_gate", 1, layer=2), "one of layer 0 forward; layer 1 forward, but"),
        (Force("forget_gate", 1, direction="backward"), "one of layer 0 forward; layer 1 forward"),
        (Force("forget_gate", 1, module="lstm"), "one of the modules 'words', 'phrases', but"),
        (
            Force("forget_gate", [1, 2]),
            r"any number of steps of 4 units, but their shape is \(2,\)",
        ),
        (Force("candidate", [[1], [2]], steps=[1, 2, 3]), "numbers for 3 steps of 4 units"),
    ],
)
def test_what_the_model_lacks_is_refused_before_anything_runs(force, sentence):
    with pytest.raises(ValueError, match=sentence):
        lstm_viz.record(Tagger(), force=[force])


def test_an_array_for_other_steps_is_refused_at_the_call():
    module = nn.LSTM(3, 4)
    forces = [Force("forget_gate", torch.ones(4, 4))]
    with (
        pytest.raises(ForceError, match="numbers for 5 steps of 4 units"),
        lstm_viz.record(module, force=forces),
    ):
        module(torch.randn(5, 1, 3))
    assert not module._forward_hooks


def test_a_single_force_need_not_be_a_list():
    module, x = nn.LSTM(3, 4), torch.randn(5, 1, 3)
    assert not ran(module, x, force=Force("input_gate", 0.0))[1][""].layers[0].cell_state.any()


@pytest.mark.parametrize(
    "value",
    [
        torch.eye(4).to_sparse(), torch.ones(4, device="meta"), int, "much", 10**400,
        [[1.0], [1.0, 2.0]],
    ],
    ids=["sparse", "meta", "class", "text", "too large", "ragged"],
)  # fmt: skip
def test_values_that_are_no_array_of_numbers(value):
    with pytest.raises(ForceError, match="numbers") as raised:
        Force("forget_gate", value)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    "options",
    [{"units": range(10**9)}, {"steps": itertools.count()}, {"units": "ab"}],
    ids=["a billion", "endless", "letters"],
)
def test_places_that_cannot_be(options):
    with pytest.raises(ForceError):
        Force("forget_gate", 0.0, **options)


def test_a_place_named_twice_has_one_number():
    with pytest.raises(ForceError, match="each of the units once"):
        Force("forget_gate", [1.0, 0.5], units=[0, 0])
    assert Force("forget_gate", 1.0, units=[3, 0, 3]).units == (0, 3)


def test_numbers_of_another_byte_order_and_units_as_a_tensor():
    force = Force("input_gate", np.array([0.25, 0.5], ">f8"), units=torch.tensor([2, 0]))
    module = nn.LSTM(3, 4)
    with torch.no_grad(), lstm_viz.record(module, force=force) as recording:
        module(torch.randn(2, 1, 3))
    gate = recording[""].layers[0].input_gate[0]
    assert gate[:, [2, 0]].tolist() == [[0.25, 0.5]] * 2
