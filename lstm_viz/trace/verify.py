"""Do gates and states from anywhere belong together? Published pictures of gates do not always."""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether gates and states obey the equations of an LSTM.

    Attributes:
        holds: whether both equations hold at every step, to the tolerance.
        cell_error: largest |c - (f · c' + i · g)|; NaN if any number is.
        hidden_error: largest |h - o · tanh(c)|; NaN if any number is.
        first_broken_step: the first step at which one of them does not hold; None if all do.
    """

    holds: bool
    cell_error: float
    hidden_error: float
    first_broken_step: int | None


def verify(
    *,
    input_gate: Any,  # noqa: ANN401  (whatever numpy can read)
    forget_gate: Any,  # noqa: ANN401
    candidate: Any,  # noqa: ANN401
    output_gate: Any,  # noqa: ANN401
    cell_state: Any,  # noqa: ANN401
    hidden_state: Any,  # noqa: ANN401
    initial_cell_state: Any = None,  # noqa: ANN401
    tolerance: float = 2e-5,
) -> Verification:
    """Check whether gates and states from anywhere obey the equations of an LSTM.

    Args:
        input_gate: i; all six of one shape, (step, unit) or (batch, step, unit), as numpy arrays,
            torch tensors or nested lists.
        forget_gate: f.
        candidate: g.
        output_gate: o.
        cell_state: c.
        hidden_state: h.
        initial_cell_state: before the first step, without the step axis; zeros by default.
        tolerance: largest deviation that counts as rounding; of the cell state in units of its own
            size where that is above 1.

    Raises:
        ValueError: the shapes differ, or are neither of the two.

    Law:
        c[t] = f[t] · c[t-1] + i[t] · g[t] and h[t] = o[t] · tanh(c[t]).
    """
    given = (input_gate, forget_gate, candidate, output_gate, cell_state, hidden_state)
    i, f, g, o, c, h = (np.asarray(values, dtype=np.float64) for values in given)
    shapes = [values.shape for values in (i, f, g, o, c, h)]
    if len(set(shapes)) > 1 or c.ndim not in (2, 3) or c.size == 0:
        raise ValueError(
            "Expected six arrays of one shape, (step, unit) or (batch, step, unit), none empty, "
            f"but they have the shapes {shapes}."
        )
    start = np.zeros_like(c[..., 0, :]) if initial_cell_state is None else initial_cell_state
    start = np.broadcast_to(np.asarray(start, dtype=np.float64), c[..., 0, :].shape)
    before = np.concatenate([start[..., None, :], c[..., :-1, :]], axis=-2)
    cell_gap = np.abs(c - (f * before + i * g))
    hidden_gap = np.abs(h - o * np.tanh(c))
    allowed = tolerance * np.maximum(1, np.abs(c))
    # Written so that NaN counts as broken.
    right = (cell_gap <= allowed) & (hidden_gap <= tolerance)
    axes = tuple(axis for axis in range(c.ndim) if axis != c.ndim - 2)
    broken = np.flatnonzero(~right.all(axis=axes))
    first = int(broken[0]) if len(broken) else None
    return Verification(first is None, float(cell_gap.max()), float(hidden_gap.max()), first)
