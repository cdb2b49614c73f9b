"""The order of units: nobody lost, and the stored order does not matter."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analyses import units


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 999))
def test_every_unit_once_and_equivariant(steps, count, seed):
    draw = np.random.default_rng(seed)
    states = draw.normal(size=(steps, count))
    order = units.by_likeness(states)
    assert sorted(order) == list(range(count))
    if steps > 2 < count:  # fewer lie on a line, and ties fall to the stored order
        shuffled = draw.permutation(count)
        again = shuffled[units.by_likeness(states[:, shuffled])]
        assert list(again) == list(order)


def test_units_that_move_together_stand_together():
    wave = np.linspace(-1, 1, 9)[:, None]
    states = np.concatenate([wave, -wave, wave * 0.9, -wave * 0.9, wave**2], axis=1)
    order = list(units.by_likeness(states))
    places = {unit: place for place, unit in enumerate(order)}
    distance = lambda a, b: min(abs(places[a] - places[b]), 5 - abs(places[a] - places[b]))  # noqa: E731
    assert distance(0, 2) == distance(1, 3) == 1


def test_by_weight_begins_with_the_strongest_for_the_verdict():
    assert units.by_weight(np.array([0.1, -2.0, 3.0])).tolist() == [2, 0, 1]
