"""Openness of gates: against hand-made gates, and by law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_viz.analyses import gates

any_gate = arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(1, 9)),
    elements=st.floats(0, 1, width=32, allow_subnormal=False),
)


def test_saturation_tells_ends_apart():
    gate = np.array([[0.05, 0.95, 0.5], [0.02, 0.95, 0.95]], np.float32)
    shares = gates.saturation(gate)
    assert shares.shut.tolist() == [1, 0, 0]
    assert shares.open.tolist() == [0, 1, 0.5]


def test_openness_summarises_over_units():
    gate = np.array([[0.0, 0.5, 1.0]], np.float32)
    about = gates.openness(gate)
    assert about.mean.tolist() == [0.5]
    assert (about.low[0], about.high[0]) == (pytest.approx(0.1), pytest.approx(0.9))
    assert (about.overall, about.shut, about.open) == (
        0.5,
        pytest.approx(1 / 3),
        pytest.approx(1 / 3),
    )


@pytest.mark.parametrize(
    ("gate", "shares"),
    [
        ([[0.0, 1.0], [0.0, 1.0]], (1, 0, 0)),
        ([[0.0, 0.0], [1.0, 1.0]], (0, 1, 0)),
        ([[0.0, 1.0], [1.0, 0.0]], (0, 0, 1)),
        ([[0.5, 0.5]], (0, 0, 0)),
    ],
)
def test_variance_is_given_to_its_source(gate, shares):
    found = gates.variance_shares(np.array(gate, np.float32))
    assert (found.unit, found.word, found.both) == pytest.approx(shares)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, 0.3, 0.7])
@pytest.mark.parametrize(("words", "units"), [(3, 7), (60, 128)])
def test_the_smallest_change_is_told_from_none(words, units, value, kind):
    gate = np.full((words, units), value, kind)
    assert gates.variance_shares(gate) == gates.VarianceShares(0.0, 0.0, 0.0)
    gate[2, 5] = np.nextafter(gate[2, 5], kind(1))
    found = gates.variance_shares(gate)
    # By hand, of one value that is unlike all others.
    others = words * units - 1
    assert found.unit == pytest.approx((units - 1) / others)
    assert found.word == pytest.approx((words - 1) / others)


@given(any_gate)
def test_laws(gate):
    shares = gates.variance_shares(gate)
    total = shares.unit + shares.word + shares.both
    assert total == pytest.approx(1) or total == 0
    assert min(shares.unit, shares.word, shares.both) >= -1e-9
    ends = gates.saturation(gate)
    assert (ends.shut + ends.open <= 1).all()
    about = gates.openness(gate)
    assert (about.low <= about.high).all()


def test_furthest_names_the_strongest_first():
    values = np.array([0.5, 0.1, 0.9, 0.6], np.float32)
    assert gates.furthest(values, 0.5, 3) == (1, 2, 3)
