"""A force is a value: it never changes, and is equal to another that does the same to the same."""

import copy
import gc
import itertools
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import forward_ad

import lstm_viz
from lstm_viz import Force
from lstm_viz.errors import ForceError, UnsupportedModuleError
from lstm_viz.trace.force.numbers import Numbers

HALF = (
    0.5, np.float64(0.5), np.float32(0.5), np.array(0.5, ">f4"), torch.tensor(0.5),
    torch.tensor(0.5, dtype=torch.bfloat16), torch.tensor(0.5, requires_grad=True),
)  # fmt: skip
ROW = (
    [0.5, 0.25], (0.5, 0.25), np.array([0.5, 0.25]), np.array([0.5, 0.25], ">f4"),
    torch.tensor([0.5, 0.25]), torch.tensor([0.5, 0.25]).half(),
    torch.tensor([0.5, 0.25], requires_grad=True),
)  # fmt: skip


@pytest.mark.parametrize("numbers", [HALF, ROW, (1, 1.0, np.int8(1), torch.tensor(1)), (0.0, -0.0)])
def test_the_same_numbers_are_equal_whatever_their_type(numbers):
    forces = [Force("forget_gate", scale=number, steps=[2]) for number in numbers]
    assert len(set(forces)) == 1
    assert len(set(map(str, forces))) == 1
    assert all(one == other for one in forces for other in forces)


def test_minus_zero_in_an_array_is_zero():
    assert Force("candidate", [0.0, 1.0]) == Force("candidate", [-0.0, 1.0])


def test_each_difference_counts():
    gate = {"value": 0.5, "layer": 1, "direction": "forward", "units": [1], "steps": [2]}
    base = {"quantity": "forget_gate", "module": "lstm", **gate}
    others = [
        {"quantity": "input_gate"}, {"value": 0.25}, {"value": np.nextafter(0.5, 1)},
        {"value": [0.5]}, {"value": [[0.5]]}, {"value": [0.5, 0.5]}, {"value": None, "scale": 0.5},
        {"value": None, "add": 0.5}, {"value": None, "lean": 0.5}, {"layer": 0}, {"layer": None},
        {"direction": "backward"}, {"direction": None}, {"units": [2]}, {"units": None},
        {"units": [1, 2]}, {"steps": [1]}, {"steps": None}, {"module": ""}, {"module": None},
    ]  # fmt: skip
    forces = [Force(**{**base, **other}) for other in ({}, *others)]
    assert len(set(forces)) == len(forces)
    assert len(set(map(str, forces))) == len(forces)
    assert len(set(map(repr, forces))) == len(forces)
    for one, other in itertools.pairwise(forces):
        assert one != other
    assert forces[0] != "f"


@pytest.mark.parametrize("other", [[0.25, 0.5], [[0.5, 0.25]], [[0.5], [0.25]], [0.5, 0.2500001]])
def test_arrays_of_other_numbers_or_shapes_differ(other):
    one, two = Force("candidate", [0.5, 0.25]), Force("candidate", other)
    assert one != two
    assert str(one) != str(two)


def test_places_are_in_order_each_once():
    force = Force("forget_gate", 0.0, units=[5, 3, 5], steps={9, 2})
    assert (force.units, force.steps) == ((3, 5), (2, 9))
    assert force == Force("forget_gate", 0.0, units=range(3, 6, 2), steps=torch.tensor([2, 9]))
    assert Force("forget_gate", 0.0, steps=range(7, 4, -1)).steps == (5, 6, 7)


def test_places_of_an_array_stay_in_the_order_of_its_numbers():
    one = Force("forget_gate", [0.1, 0.2], units=[5, 3])
    assert one.units == (5, 3)
    assert one != Force("forget_gate", [0.1, 0.2], units=[3, 5])


@pytest.mark.parametrize("make", [np.array, torch.tensor])
def test_what_becomes_of_an_array_does_not_reach_the_force(make):
    array = make([0.5, 0.25, 0.125])
    force, before = Force("input_gate", array), Force("input_gate", [0.5, 0.25, 0.125])
    array[1] = 9.0
    assert force == before
    for seen in (np.asarray(force.value), torch.as_tensor(force.value)):
        assert seen.tolist() == [0.5, 0.25, 0.125]
        seen[0] = 7.0  # a copy
    assert torch.as_tensor(force.value).tolist() == [0.5, 0.25, 0.125]
    module = nn.LSTM(2, 3)
    with torch.no_grad(), lstm_viz.record(module, force=force) as recording:
        module(torch.randn(4, 1, 2))
    assert recording[""].layers[0].input_gate[0].tolist() == [[0.5, 0.25, 0.125]] * 4


def test_nothing_of_a_force_can_be_set():
    force = Force("input_gate", 0.5)
    with pytest.raises(FrozenInstanceError):
        force.value = 1.0


@pytest.mark.parametrize("number", [0.5, [[0.5], [0.25]]])
def test_copies_are_equal(number):
    force = Force("input_gate", number, steps=[4, 2], module="lstm")
    for other in (copy.copy(force), copy.deepcopy(force), pickle.loads(pickle.dumps(force))):
        assert other == force
        assert hash(other) == hash(force)
        assert Force.parse(str(other)) == force
    assert replace(force, layer=0).number == force.number


def test_a_force_shows_what_was_given():
    force = Force("input_gate", lean=-0.5, units=3, module="")
    assert repr(force) == "Force('input_gate', units=(3,), module='', lean=-0.5)"


def test_a_number_is_as_exact_as_it_was_given():
    module = nn.LSTM(2, 3, dtype=torch.float64)
    for value in (0.1, [0.1], np.float64(0.1)):
        with torch.no_grad(), lstm_viz.record(module, force=Force("input_gate", value)) as seen:
            module(torch.randn(4, 1, 2, dtype=torch.float64))
        assert (seen[""].layers[0].input_gate == 0.1).all()


@pytest.mark.parametrize("value", [1e39, [1e39], np.array([[-1e300]])])
def test_a_number_that_the_model_cannot_hold_is_refused(value):
    module = nn.LSTM(2, 1)
    with (
        pytest.raises(ForceError, match="numbers that a float32 holds"),
        lstm_viz.record(module, force=Force("cell_state", value, units=[0], steps=[0])),
    ):
        module(torch.randn(1, 1, 2))


@pytest.mark.parametrize("shape", [(), (4,), (1, 4), (1, 1, 4)])
def test_gradients_flow_into_what_was_given(shape):
    module, x = nn.GRU(2, 4, dtype=torch.float64), torch.randn(3, 1, 2, dtype=torch.float64)
    given = torch.full(shape, 0.3, dtype=torch.float64, requires_grad=True)
    force = Force("update_gate", lean=given, steps=[1])
    with lstm_viz.record(module, force=force):
        loss = module(x)[0].sin().sum()
    (slope,) = torch.autograd.grad(loss, given)
    found = []
    for number in (0.3 + 1e-6, 0.3 - 1e-6):
        with (
            torch.no_grad(),
            lstm_viz.record(module, force=Force("update_gate", lean=number, steps=1)),
        ):
            found.append(module(x)[0].sin().sum())
    torch.testing.assert_close(slope.sum(), (found[0] - found[1]) / 2e-6, rtol=1e-5, atol=1e-9)


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning")
@pytest.mark.parametrize("shape", [(), (4,)])
def test_forward_gradients_flow_from_what_was_given(shape):
    module, x = nn.LSTM(2, 4, dtype=torch.float64), torch.randn(3, 1, 2, dtype=torch.float64)

    def score(value):
        with lstm_viz.record(module, force=Force("input_gate", value)):
            return module(x)[0].sin().sum()

    value = torch.full(shape, 0.3, dtype=torch.float64)
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(value, torch.ones_like(value))
        slope = forward_ad.unpack_dual(score(dual)).tangent
        assert Force("input_gate", dual) == Force("input_gate", value)
    expected = (score(value + 1e-6) - score(value - 1e-6)) / 2e-6
    torch.testing.assert_close(slope, expected.detach(), rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize("value", [torch.tensor(0.5), torch.full((4,), 0.5)])
def test_gradients_of_torch_func_are_refused_and_not_lost(value):
    module, x = nn.LSTM(2, 4), torch.randn(3, 1, 2)

    def score(value):
        with lstm_viz.record(module, force=Force("input_gate", value)):
            return module(x)[0].sum()

    with pytest.raises(UnsupportedModuleError, match=r"torch\.func transforms it"):
        torch.func.grad(score)(value)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_gradients_flow_wherever_the_force_was_made(mode):
    module, x = nn.LSTM(2, 4), torch.randn(3, 1, 2)
    given = torch.full((4,), 0.5, requires_grad=True)
    with mode():
        force = Force("input_gate", given)
    with lstm_viz.record(module, force=force):
        module(x)[0].sum().backward()
    assert given.grad.all()


def test_a_learned_tensor_that_was_changed_since_is_refused():
    module, gate = nn.LSTM(2, 4), torch.full((4,), 0.5, requires_grad=True)
    force, before = Force("input_gate", gate), Force("input_gate", [0.5] * 4)
    with torch.no_grad():
        gate.add_(0.1)
    assert force == before  # it says what it was
    with pytest.raises(ForceError, match="make the Force anew"):
        lstm_viz.record(module, force=force)


def test_at_most_batch_step_and_unit():
    with pytest.raises(ForceError, match="at most the axes batch, step and unit, but there are 4"):
        Force("input_gate", np.zeros((1, 1, 1, 1)))


def test_an_array_is_known_as_long_as_a_force_has_it():
    numbers = torch.randn(3, 4)
    force = Force("input_gate", numbers)
    other = Force("input_gate", numbers.double().numpy())
    said = str(force)
    assert said.startswith("i:=#3x4-")
    del force
    gc.collect()
    assert Force.parse(said) == other
    del other
    gc.collect()
    with pytest.raises(ForceError, match="an array that a force in this program has, but no array"):
        Force.parse(said)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5))
@settings(max_examples=50)
def test_arrays_are_equal_where_numpy_says_so(values):
    array = np.array(values)
    other = array.copy()
    other[0] = np.nextafter(other[0], 0) if other[0] else 1.0
    assert Force("cell_state", array) == Force(
        "cell_state", torch.tensor(values, dtype=torch.float64)
    )
    assert Force("cell_state", array) != Force("cell_state", other)
    assert isinstance(Force("cell_state", array).value, Numbers)


def test_a_force_is_told_in_words():
    force = Force(
        "candidate",
        scale=0.5,
        layer=0,
        direction="backward",
        units=range(4),
        steps=[2],
        module="a.b",
    )
    said = "candidate × 0.5, module a.b, layer 0, direction backward, units 0-3, steps 2"
    assert force.describe() == said
    assert Force("forget_gate", lean=[1.0, 2.0]).describe() == "forget_gate leaned by array (2,)"
