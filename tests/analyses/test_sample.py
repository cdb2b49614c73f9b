"""Rows that are kept: evenly spaced, all of them while there is room."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.analyses.sample import Sample


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.integers(1, 50))
def test_every_row_of_a_power_of_two_is_kept(lengths, most):
    sample, rows = Sample(most), np.arange(sum(lengths))
    for part in np.split(rows, np.cumsum(lengths)[:-1]):
        sample.add({"number": part, "square": part[:, None] ** 2})
    every = 1
    while len(rows[::every]) > most:
        every *= 2
    np.testing.assert_array_equal(sample.values("number"), rows[::every])
    np.testing.assert_array_equal(sample.values("square")[:, 0], rows[::every] ** 2)
    assert (sample.read, sample.kept) == (len(rows), len(rows[::every]))
    assert sample.kept > most // 2 or sample.kept == sample.read
