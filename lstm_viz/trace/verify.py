"""Do gates and states from anywhere obey the equations? Published figures do not always."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lstm_viz.trace.cells import LSTM


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
    arrays = {
        "input_gate": input_gate,
        "forget_gate": forget_gate,
        "candidate": candidate,
        "output_gate": output_gate,
        "cell_state": cell_state,
        "hidden_state": hidden_state,
    }
    found = {name: np.asarray(a, dtype=np.float64).copy() for name, a in arrays.items()}
    c, h = found["cell_state"], found["hidden_state"]
    shapes = [values.shape for values in found.values()]
    if len(set(shapes)) > 1 or c.ndim not in (2, 3) or c.size == 0:
        raise ValueError(
            "Expected six arrays of one shape, (step, unit) or (batch, step, unit), none empty, "
            f"but they have the shapes {shapes}."
        )
    start = np.zeros_like(c[..., 0, :]) if initial_cell_state is None else initial_cell_state
    start = np.broadcast_to(np.asarray(start, dtype=np.float64), c[..., 0, :].shape)
    before = np.concatenate([start[..., None, :], c[..., :-1, :]], axis=-2)
    expected = LSTM.states_from_gates(
        {name: torch.from_numpy(values) for name, values in found.items()},
        {"cell_state": torch.from_numpy(before)},
    )
    cell_gap = np.abs(c - expected["cell_state"].numpy())
    hidden_gap = np.abs(h - expected["hidden_state"].numpy())
    allowed = tolerance * np.maximum(1, np.abs(c))
    # Written so that NaN counts as broken.
    right = (cell_gap <= allowed) & (hidden_gap <= tolerance)
    axes = tuple(axis for axis in range(c.ndim) if axis != c.ndim - 2)
    broken = np.flatnonzero(~right.all(axis=axes))
    first = int(broken[0]) if len(broken) else None
    return Verification(first is None, float(cell_gap.max()), float(hidden_gap.max()), first)
