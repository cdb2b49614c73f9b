"""In which order do units stand, so that those that do alike lie side by side?"""

from typing import Literal

import numpy as np
from jaxtyping import Float, Int

Order = Literal["likeness", "weight", "stored"]
_ROUNDING = 1e-12  # of a sum of squares, against the largest


def ordered(
    order: Order,
    values: Float[np.ndarray, "value unit"],
    weight: Float[np.ndarray, " unit"] | None,
) -> Int[np.ndarray, " unit"]:
    """Return the units in an order: alike together, by weight in the verdict, or as stored."""
    if order == "likeness":
        return by_likeness(values)
    if order == "weight" and weight is not None:
        return by_weight(weight)
    return np.arange(values.shape[1])


def by_likeness(values: Float[np.ndarray, "value unit"]) -> Int[np.ndarray, " unit"]:
    """Order units so that those that do alike stand together.

    Each unit is a point in the plane of the first two principal components of what it did; its
    angle there is its place. Units that move oppositely stand half a turn apart.

    Args:
        values: what each unit did: its gates at every word one below the other, or tanh of its
            cell state.

    Returns:
        The units in order.

    Law:
        Every unit occurs once. Permuting the units permutes the result (where no two are alike).
    """
    across = values.T.astype(np.float64)
    across = across - across.mean(0)
    plane = _first_two(across)
    # A component has no sign of its own: take the one in which the unit furthest out is positive.
    furthest = plane[np.abs(plane).argmax(0), [0, 1]]
    plane *= np.where(furthest < 0, -1, 1)
    return np.argsort(np.arctan2(plane[:, 1], plane[:, 0]), kind="stable")


def _first_two(
    across: Float[np.ndarray, "unit value"],
) -> Float[np.ndarray, "unit 2"]:
    """Return the places of units on the first two principal components.

    Found from the products of units with each other: for a text's worth of values several times
    faster than a singular value decomposition.
    """
    squares, vectors = np.linalg.eigh(across @ across.T)
    plane = np.zeros((len(across), 2))
    for place, column in enumerate(range(len(across) - 1, max(-1, len(across) - 3), -1)):
        if squares[column] > _ROUNDING * squares[-1]:  # else it is rounding: units on one line
            plane[:, place] = vectors[:, column] * np.sqrt(squares[column])
    return plane


def by_weight(weight: Float[np.ndarray, " unit"]) -> Int[np.ndarray, " unit"]:
    """Order units by their weight in the verdict, the strongest for it first."""
    return np.argsort(-weight, kind="stable")
