"""What is kept: some quantities, the parts of an activation, the graph."""

import pytest
import torch
from hypothesis import given, settings
from torch import nn

import lstm_viz
from lstm_viz.errors import UnknownQuantityError
from tests.trace.modules import TOLERANCE, Unrolled, build, configurations

ACTIVATION = {"candidate": torch.tanh, "hidden_state": torch.tanh}


def recorded(c, **options):
    module, given_input, given_states, *_ = build(c)
    with lstm_viz.record(module, **options) as recording:
        module(given_input, given_states)
    return module, recording[""]


@given(configurations)
@settings(max_examples=60)
def test_the_parts_of_an_activation_add_up(c):
    module, call = recorded(c, pre_activations=True)
    real = torch.arange(int(call.lengths.max())) < call.lengths[:, None]
    for layer in call.layers:
        gates = [name for name in layer.quantities if name not in ("cell_state", "hidden_state")]
        assert list(layer.pre_activations) == (gates or ["hidden_state"])
        for name, parts in layer.pre_activations.items():
            squash = ACTIVATION.get(name, torch.sigmoid)
            if module.mode == "RNN_RELU":
                squash = torch.relu
            expected = squash(parts.total) * real[:, :, None]
            torch.testing.assert_close(
                expected, layer.quantities[name], rtol=0, atol=10 * TOLERANCE[c["dtype"]]
            )
            assert not parts.total[~real].any()


def test_each_part_comes_from_where_it_says():
    module, x = nn.LSTM(2, 3, batch_first=True), torch.randn(1, 4, 2)
    with lstm_viz.record(module, pre_activations=True) as recording:
        module(x)
    layer = recording[""].layers[0]
    parts = layer.pre_activations["forget_gate"]
    rows = slice(3, 6)
    torch.testing.assert_close(parts.input, x @ module.weight_ih_l0[rows].T)
    before = torch.cat([torch.zeros(1, 1, 3), layer.hidden_state[:, :-1]], 1)
    torch.testing.assert_close(parts.recurrent, before @ module.weight_hh_l0[rows].T)
    bias = module.bias_ih_l0[rows] + module.bias_hh_l0[rows]
    torch.testing.assert_close(parts.bias, bias.expand(1, 4, 3))


def test_parts_of_a_loop_of_cells():
    model = Unrolled(nn.GRUCell(2, 3))
    with lstm_viz.record(model, pre_activations=True) as recording:
        model(torch.randn(5, 1, 2))
    layer = recording["cell"].layers[0]
    total = layer.pre_activations["update_gate"].total
    torch.testing.assert_close(total.sigmoid(), layer.update_gate)


def test_only_some_quantities():
    module, x = nn.LSTM(2, 3, 2, bidirectional=True), torch.randn(4, 1, 2)
    with (
        lstm_viz.record(module) as all_of_them,
        lstm_viz.record(module, quantities=["cell_state", "forget_gate"]) as few,
    ):
        module(x)
    assert few[""].error == all_of_them[""].error
    for layer, whole in zip(few[""].layers, all_of_them[""].layers, strict=True):
        assert tuple(layer.quantities) == ("forget_gate", "cell_state")
        assert torch.equal(layer.cell_state, whole.cell_state)
        gate = layer.forget_gate
        assert gate.untyped_storage().nbytes() == gate.numel() * gate.element_size()
        with pytest.raises(AttributeError, match=r"'input_gate'\. It has: forget_gate"):
            _ = layer.input_gate


def test_a_single_quantity_need_not_be_a_list():
    module = nn.LSTM(2, 3)
    with lstm_viz.record(module, quantities="cell_state") as recording:
        module(torch.randn(4, 1, 2))
    assert list(recording[""].layers[0].quantities) == ["cell_state"]


@pytest.mark.parametrize("name", ["forget", "cell_state"])
def test_an_unknown_quantity_is_refused_before_anything_runs(name):
    sentence = rf"no quantity '{name}' here. Quantities: 'update_gate', 'candidate'"
    with pytest.raises(UnknownQuantityError, match=sentence):
        lstm_viz.record(nn.GRU(2, 3), quantities=[name])
    with pytest.raises(ValueError, match=sentence):
        lstm_viz.record(nn.GRU(2, 3), quantities=[name])


@given(configurations)
@settings(max_examples=40)
def test_attached_quantities_have_the_same_values(c):
    _, plain = recorded(c)
    _, attached = recorded(c, detach=False)
    assert attached.error <= TOLERANCE[c["dtype"]]
    for ours, theirs in zip(attached.layers, plain.layers, strict=True):
        for name, array in ours.quantities.items():
            assert array.requires_grad
            torch.testing.assert_close(
                array, theirs.quantities[name], rtol=0, atol=TOLERANCE[c["dtype"]]
            )


def test_a_loss_may_use_a_gate():
    module, x = nn.LSTM(2, 3, dtype=torch.float64), torch.randn(4, 1, 2, dtype=torch.float64)

    def loss():
        with lstm_viz.record(module, detach=False) as recording:
            output = module(x)[0]
        return recording[""].layers[0].forget_gate.mean(), output

    gate, output = loss()
    assert torch.equal(output, module(x)[0])
    gate.backward()
    slope = module.weight_hh_l0.grad[4, 1]
    with torch.no_grad():
        found = []
        for sign in (1, -1):
            module.weight_hh_l0[4, 1] += sign * 1e-5
            found.append(loss()[0])
            module.weight_hh_l0[4, 1] -= sign * 1e-5
    torch.testing.assert_close(slope, (found[0] - found[1]) / 2e-5, rtol=1e-5, atol=1e-9)
