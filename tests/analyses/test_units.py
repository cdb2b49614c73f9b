"""The order of units: nobody lost, and the index does not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analyses import units
from lstm_viz.trace import LayerTrace


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 999))
def test_every_unit_once_and_equivariant(steps, count, seed):
    draw = np.random.default_rng(seed)
    states = draw.normal(size=(steps, count))
    order = units.by_angle(states)
    assert sorted(order) == list(range(count))
    if steps > 2 < count:  # fewer lie on a line, and ties fall to the index
        shuffled = draw.permutation(count)
        again = shuffled[units.by_angle(states[:, shuffled])]
        assert list(again) == list(order)


def test_units_that_move_together_stand_together():
    wave = np.linspace(-1, 1, 9)[:, None]
    states = np.concatenate([wave, -wave, wave * 0.9, -wave * 0.9, wave**2], axis=1)
    order = list(units.by_angle(states))
    places = {unit: place for place, unit in enumerate(order)}
    distance = lambda a, b: min(abs(places[a] - places[b]), 5 - abs(places[a] - places[b]))  # noqa: E731
    assert distance(0, 2) == distance(1, 3) == 1


def layer_of(**quantities):
    return LayerTrace(0, "forward", quantities, {})


def test_similar_are_those_whose_memory_is_alike_and_no_gate_matters():
    draw = np.random.default_rng(8)
    cell, hidden, gate = draw.normal(0, 2, (3, 30, 12))
    lstm = layer_of(cell_state=cell, hidden_state=hidden, forget_gate=gate)
    order = units.by_similarity(lstm).tolist()
    assert (
        order
        == by_singular_values(np.tanh(cell))
        == units.unit_order("similarity", lstm, None).tolist()
    )
    assert order != by_singular_values(cell)
    assert units.by_similarity(layer_of(cell_state=cell, hidden_state=gate)).tolist() == order
    gru = layer_of(hidden_state=hidden, update_gate=gate)
    assert units.by_similarity(gru).tolist() == by_singular_values(hidden)


def test_an_order_is_asked_for_by_name():
    draw = np.random.default_rng(9)
    layer = layer_of(cell_state=draw.normal(size=(5, 4)), hidden_state=draw.normal(size=(5, 2)))
    weight = np.array([0.1, -2.0, 3.0, 0.0])
    assert units.ORDERS == ("similarity", "weight", "index")
    assert units.unit_order("index", layer, weight).tolist() == [0, 1, 2, 3]
    assert units.unit_order("weight", layer, weight).tolist() == [2, 0, 3, 1]
    assert units.unit_order("weight", layer, None).tolist() == [0, 1, 2, 3]


def test_by_weight_begins_with_the_strongest_for_the_verdict():
    assert units.by_weight(np.array([0.1, -2.0, 3.0])).tolist() == [2, 0, 1]


def by_singular_values(values):
    """The order from a singular value decomposition, which knows nothing of products."""
    across = values.T.astype(float)
    across = across - across.mean(0)
    left, sizes, _ = np.linalg.svd(across, full_matrices=False)
    plane = np.zeros((len(across), 2))
    for column in range(min(2, len(sizes))):
        if sizes[column] > 1e-6 * sizes[0]:
            plane[:, column] = left[:, column] * sizes[column]
    for column in plane.T:
        column *= np.sign(column[np.abs(column).argmax()])
    return np.argsort(np.arctan2(plane[:, 1], plane[:, 0]), kind="stable").tolist()


@pytest.mark.parametrize(
    ("steps", "count"), [(60, 128), (200, 128), (128, 128), (3, 50), (50, 3), (2, 40), (700, 24)]
)
def test_the_order_is_that_of_the_first_two_components(steps, count):
    draw = np.random.default_rng(steps + count)
    values = np.tanh(draw.normal(size=(steps, count))).astype(np.float32)
    assert units.by_angle(values).tolist() == by_singular_values(values)


@pytest.mark.parametrize("value", [0.0, 0.1, -3.7, 1e-30, 1e20])
@pytest.mark.parametrize(("steps", "count"), [(1, 1), (9, 1), (1, 7), (60, 128), (7, 3)])
def test_units_that_do_the_same_stay_by_index(value, steps, count):
    course = value * np.linspace(1, 2, steps)[:, None]  # a mean of equal numbers is rounded
    assert units.by_angle(np.repeat(course, count, 1)).tolist() == list(range(count))


@pytest.mark.parametrize("count", [2, 4, 30])
def test_units_on_one_line_have_a_sign_and_ties_fall_to_the_index(count):
    wave = np.random.default_rng(count).normal(size=(40, 1))
    sides = np.resize([1.0, -1.0], count)  # two points, equally far out: the first is positive
    order = units.by_angle(wave * sides)
    expected = [*range(0, count, 2), *range(1, count, 2)]
    assert order.tolist() == expected
    assert units.by_angle(-(wave * sides)).tolist() == expected


def test_rounding_changes_no_order():
    draw = np.random.default_rng(5)
    values = np.repeat(draw.normal(size=(60, 16)), 4, 1)  # four of each
    order = units.by_angle(values)
    for _ in range(20):
        shaken = values * (1 + 1e-15 * draw.normal(size=values.shape))
        assert units.by_angle(shaken).tolist() == order.tolist()
