"""In which order do units stand, so that similar ones lie side by side?"""

from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int

from lstm_viz.analyses.memory import memory
from lstm_viz.trace import LayerTrace

Order = Literal["similarity", "weight", "index"]
ORDERS: tuple[Order, ...] = get_args(Order)
_ROUNDING = 1e-12  # of a sum of squares, against the largest
_DOUBLE = np.finfo(np.float64).eps  # rounding of one value
_EQUAL = 1e-9  # of places and angles: a smaller difference is rounding


def units_of(layer: LayerTrace[np.ndarray]) -> int:
    """Return how many units a layer has; a projection puts out fewer values."""
    units: int = layer.quantities.get("cell_state", layer.hidden_state).shape[1]
    return units


def unit_order(
    order: Order,
    layer: LayerTrace[np.ndarray],
    weight: Float[np.ndarray, " unit"] | None,
) -> Int[np.ndarray, " unit"]:
    """Return the units in an order.

    Args:
        order: "similarity", "weight" (in the prediction), or "index".
        layer: whose units are ordered.
        weight: of each unit in the prediction; without it the order is by index.
    """
    if order == "similarity":
        return by_similarity(layer)
    if order == "weight" and weight is not None:
        return by_weight(weight)
    return np.arange(units_of(layer))


def by_similarity(layer: LayerTrace[np.ndarray]) -> Int[np.ndarray, " unit"]:
    """Order units so that units whose memory changes in the same way stand together.

    The memory is tanh of the cell state, as the output gate passes it on; without a cell state, it
    is the hidden state.

    Args:
        layer: whose units.

    Returns:
        The units in order.

    Law:
        That of ``by_angle``. No gate enters directly: forcing one changes the order only as far as
        it changes the memory.
    """
    return by_angle(memory(layer.quantities))


def by_angle(values: Float[np.ndarray, "value unit"]) -> Int[np.ndarray, " unit"]:
    """Order units by their angle in the plane of the first two principal components.

    Each unit is a point in that plane; units that move oppositely stand half a turn apart.

    Args:
        values: what each unit did, one column per unit.

    Returns:
        The units in order.

    Law:
        Every unit occurs once. Permuting the units permutes the result (where no two are alike).
    """
    plane = _first_two(values.T.astype(np.float64))
    # A component has no sign of its own: take the one in which the unit furthest out is positive,
    # the first of those that are equally far.
    size = np.abs(plane)
    furthest = (size >= size.max(0) * (1 - _EQUAL)).argmax(0)
    plane *= np.where(plane[furthest, [0, 1]] < 0, -1, 1)
    # Rounding must neither part units that are alike nor turn half a turn round.
    plane[size <= size.max() * _EQUAL] = 0.0
    angle = np.arctan2(plane[:, 1], plane[:, 0])
    return np.argsort(np.rint(angle / _EQUAL), kind="stable")


def _first_two(points: Float[np.ndarray, "unit value"]) -> Float[np.ndarray, "unit 2"]:
    """Return the places of units on the first two principal components.

    Found from the products of units with each other, or of values, whichever are fewer: many times
    faster than a singular value decomposition.
    """
    across = points - points.mean(0)
    units, values = across.shape
    few = units <= values
    squares, vectors = np.linalg.eigh(across @ across.T if few else across.T @ across)
    least = max(_ROUNDING * squares[-1], (points.size * _DOUBLE**2) * (points**2).sum())
    plane = np.zeros((units, 2))
    for place, column in enumerate(range(len(squares) - 1, max(-1, len(squares) - 3), -1)):
        if squares[column] > least:  # else it is rounding: units on one line, or in one point
            along = vectors[:, column]
            plane[:, place] = along * np.sqrt(squares[column]) if few else across @ along
    return plane


def by_weight(weight: Float[np.ndarray, " unit"]) -> Int[np.ndarray, " unit"]:
    """Order units by their weight in the prediction, the largest first."""
    return np.argsort(-weight, kind="stable")
