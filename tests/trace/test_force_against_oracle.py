"""Forces against a recurrence that is written a second time, in float64; leaning above all."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError
from tests.trace import oracle
from tests.trace.gradients import check_gradients
from tests.trace.modules import TOLERANCE, Unrolled, build, configurations

STATES = ("cell_state", "hidden_state")


def ran(module, *inputs, force):
    with torch.no_grad(), lstm_viz.record(module, force=force) as recording:
        module(*inputs)
    return recording.calls[0]


@st.composite
def changes(draw, c, batch, steps):
    """Return what a force is made of, for a module of this configuration."""
    quantity = draw(st.sampled_from(oracle.QUANTITIES[c["mode"]]))
    leans = quantity not in STATES or c["mode"].startswith("RNN")
    operation = draw(st.sampled_from(["value", "scale", "add", *["lean"] * 4 * leans]))
    width = c["units"] - (quantity == "hidden_state" and c["mode"] == "LSTM" and c["projected"])
    found = {
        "quantity": quantity,
        "layer": draw(st.none() | st.integers(0, c["layers"] - 1)),
        "direction": draw(st.sampled_from([None, "forward", *["backward"] * c["bidirectional"]])),
    }
    sizes = {"steps": steps, "units": width}
    for name, size in sizes.items():
        some = st.lists(st.integers(0, size - 1), min_size=1, max_size=size, unique=True)
        found[name] = draw(st.none() | some)
        sizes[name] = len(found[name] or range(size))
    full = (batch, sizes["steps"], sizes["units"])
    shape = draw(st.sampled_from([(), full[2:], full[1:], full, (full[1], 1), (batch, 1, 1)]))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    most = 1 if operation == "scale" else 2  # so that nothing grows from step to step
    return found | {operation: random.uniform(-most, most, shape or None)}


def of_one_place(made, layer, backward, text, step, sizes):
    """Return operation, units and numbers of a change at one step of one text, if it acts there."""
    if made["layer"] not in (None, layer):
        return None
    if made["direction"] not in (None, "backward" if backward else "forward"):
        return None
    steps = list(range(sizes["steps"])) if made["steps"] is None else made["steps"]
    if step not in steps:
        return None
    units = list(range(sizes[made["quantity"]])) if made["units"] is None else made["units"]
    (operation,) = {"value", "scale", "add", "lean"} & set(made)
    numbers = np.array(made[operation])
    if not numbers.shape:  # a list is put in order, where one number goes to all
        return operation, units, np.full(len(units), numbers)
    numbers = np.broadcast_to(numbers, (sizes["batch"], len(steps), len(units)))
    return operation, units, numbers[text, steps.index(step)]


def changing(all_made, sizes):
    """Return what happens to each quantity at each place: what leans first, the rest in order."""

    def at(layer, backward, text, step):
        def change(name, value, activation=None):
            value = value.copy()
            acting = [
                of_one_place(made, layer, backward, text, step, sizes)
                for made in all_made
                if made["quantity"] == name
            ]
            acting = [one for one in acting if one]
            for _, units, numbers in (one for one in acting if one[0] == "lean"):
                value[units] += numbers
            value = value if activation is None else activation(value)
            for operation, units, numbers in acting:
                if operation == "value":
                    value[units] = numbers
                elif operation == "scale":
                    value[units] *= numbers
                elif operation == "add":
                    value[units] += numbers
            return value

        return change

    return at


@given(configurations, st.data())
@settings(max_examples=200)
def test_what_is_forced_is_as_in_the_equations(c, data):
    c = {**c, "large": False}  # which leaves nothing to see of what leans
    module, given_input, given_states, x, lengths, states = build(c)
    made = data.draw(st.lists(changes(c, len(x), max(lengths)), min_size=1, max_size=4))
    call = ran(module, given_input, given_states, force=[Force(**one) for one in made])
    width = getattr(module, "proj_size", 0) or c["units"]
    sizes = dict.fromkeys(oracle.QUANTITIES[c["mode"]], c["units"])
    sizes |= {"hidden_state": width, "batch": len(x), "steps": max(lengths)}
    arrays = [None if state is None else state.double().numpy() for state in states or ()]
    expected = oracle.run(
        module, x.double().numpy(), lengths, *arrays, changes=changing(made, sizes)
    )
    for layer, quantities in zip(call.layers, expected, strict=True):
        assert set(layer.quantities) == set(quantities)
        for name, values in quantities.items():
            size = max(1.0, float(np.abs(values).max()))
            np.testing.assert_allclose(
                layer.quantities[name].double().numpy(),
                values[:, : max(lengths)],
                rtol=0,
                atol=10 * TOLERANCE[c["dtype"]] * size,
                err_msg=name,
            )


@pytest.mark.parametrize("kind", [nn.LSTMCell, nn.GRUCell, nn.RNNCell])
def test_a_cell_in_a_loop_leans_like_the_fused_layer(kind):
    model = Unrolled(kind(3, 4))
    layer = getattr(nn, kind.__name__.removesuffix("Cell"))(3, 4)
    layer.load_state_dict({f"{k}_l0": v for k, v in model.cell.state_dict().items()})
    x = torch.randn(6, 2, 3)
    names = [name for name in ran(layer, x, force=[]).layers[0].quantities if name not in STATES]
    each = torch.linspace(-2, 2, 8).reshape(2, 4)
    force = [
        one
        for name in names or ["hidden_state"]
        for one in (
            Force(name, lean=1.5, steps=[0, 3], units=[1, 2]), Force(name, lean=each, steps=[4, 1]),
        )
    ]  # fmt: skip
    loop, whole = ran(model, x, force=force), ran(layer, x, force=force)
    plain = ran(layer, x, force=[])
    for name, values in whole.layers[0].quantities.items():
        torch.testing.assert_close(loop.layers[0].quantities[name], values)
        assert not torch.allclose(values, plain.layers[0].quantities[name], atol=1e-2)


@pytest.mark.parametrize("mode", ["LSTM", "GRU"])
def test_a_gate_that_leans_is_the_gate_of_a_larger_bias(mode):
    torch.manual_seed(0)
    module, x = getattr(nn, mode)(3, 4), torch.randn(6, 2, 3)
    other = getattr(nn, mode)(3, 4)
    stacked = [n for n in oracle.QUANTITIES[mode] if n not in STATES]
    for place, name in enumerate(stacked):
        other.load_state_dict(module.state_dict())
        with torch.no_grad():
            other.bias_ih_l0[4 * place : 4 * place + 4] += torch.tensor([1.0, -1.0, 3.0, 0.0])
        leaning = ran(module, x, force=Force(name, lean=[1.0, -1.0, 3.0, 0.0]))
        for quantity, values in ran(other, x, force=[]).layers[0].quantities.items():
            torch.testing.assert_close(leaning.layers[0].quantities[quantity], values)


def test_what_leans_acts_first_wherever_it_stands():
    module, x = nn.LSTM(3, 4), torch.randn(5, 1, 3)
    lean, other = Force("forget_gate", lean=2.0), Force("forget_gate", lean=-0.5, units=[1])
    half = Force("forget_gate", scale=0.5)
    orders = [[half, lean, other], [lean, half, other], [other, lean, half]]
    gates = [ran(module, x, force=order).layers[0].forget_gate for order in orders]
    assert torch.equal(gates[0], gates[1])
    torch.testing.assert_close(gates[0], gates[2])
    plain = ran(module, x, force=[]).layers[0].forget_gate[0, 0]
    leaning = torch.tensor([2.0, 1.5, 2.0, 2.0])
    torch.testing.assert_close(gates[0][0, 0], (plain.logit() + leaning).sigmoid() / 2)
    held = ran(module, x, force=[Force("forget_gate", 0.25), lean]).layers[0].forget_gate
    assert (held == 0.25).all()


@pytest.mark.parametrize(
    ("module", "quantity", "sentence"),
    [
        (nn.LSTM(3, 4), "hidden_state", "forget_gate or input_gate or candidate or output_gate of"),
        (nn.LSTMCell(3, 4), "hidden_state", "of the LSTMCell to lean, but its hidden_state goes"),
        (nn.GRU(3, 4), "hidden_state", "update_gate or candidate or reset_gate of the GRU to lean"),
        (nn.Sequential(nn.RNN(3, 4), nn.GRU(4, 4)), "hidden_state", "of the GRU to lean"),
    ],
)
def test_what_goes_through_no_activation_cannot_lean(module, quantity, sentence):
    with pytest.raises(ForceError, match=sentence):
        lstm_viz.record(module, force=Force(quantity, lean=1.0))


def test_a_cell_state_never_leans():
    with pytest.raises(ForceError, match=r"a gate or the candidate.*, but the cell state came"):
        Force("cell_state", lean=1.0)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("mode", ["LSTM", "GRU", "RNN"])
def test_gradients_with_respect_to_what_leans(mode, both):
    def leaning(module):
        names = [n for n in oracle.QUANTITIES[module.mode] if n not in STATES] or ["hidden_state"]
        return [Force(name, lean=0.7, steps=[1, 2]) for name in names]

    check_gradients(mode, both, leaning)
