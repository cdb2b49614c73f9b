"""Both ways to scan agree with a loop, whatever the sizes."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.trace.cells import scan

sizes = st.integers(1, 40)


@given(sizes, st.integers(1, 4), st.integers(1, 5), st.integers(0, 999))
def test_both_scans_agree_with_a_loop(steps, batch, units, seed):
    torch.manual_seed(seed)
    keep = torch.rand(steps, batch, units, dtype=torch.float64)
    write = torch.randn(steps, batch, units, dtype=torch.float64)
    before = initial = torch.randn(batch, units, dtype=torch.float64)
    expected = []
    for step in range(steps):
        before = keep[step] * before + write[step]
        expected.append(before)
    expected = torch.stack(expected)
    for function in (scan.linear_scan, scan._step_by_step, scan._by_doubling):
        untouched = keep.clone(), initial.clone()
        states = function(keep, write.clone(), initial)
        torch.testing.assert_close(states, expected, rtol=1e-12, atol=1e-12)
        assert all(map(torch.equal, untouched, (keep, initial)))
