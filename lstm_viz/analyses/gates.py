"""How open is each gate, for each unit, at each word?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

SHUT = 0.1  # Karpathy, Johnson and Li 2016 call a gate left-saturated below 0.1
OPEN = 0.9  # and right-saturated above 0.9
FEW_WORDS = 10  # with fewer, shares of words are too coarse to mean much

Gate = Float[np.ndarray, "step unit"]


@dataclass(frozen=True, slots=True)
class Openness:
    """How open one gate is in a text.

    Attributes:
        mean: over units, after each word, in [0, 1].
        low, high: 10th and 90th percentile over units.
        overall: mean over words and units.
        shut: share of all values below 0.1.
        open: share of all values above 0.9.
    """

    mean: Float[np.ndarray, " step"]
    low: Float[np.ndarray, " step"]
    high: Float[np.ndarray, " step"]
    overall: float
    shut: float
    open: float


def openness(gate: Gate) -> Openness:
    """Summarise one gate."""
    low, high = np.percentile(gate, (10, 90), axis=1).astype(np.float32)
    return Openness(
        gate.mean(1),
        low,
        high,
        float(gate.mean()),
        float((gate < SHUT).mean()),
        float((gate > OPEN).mean()),
    )


@dataclass(frozen=True, slots=True)
class Saturation:
    """How often each unit's gate is all but shut or wide open.

    Attributes:
        shut: share of the words with the gate below 0.1, per unit, in [0, 1].
        open: share of the words with the gate above 0.9, per unit, in [0, 1].

    Law:
        shut + open is at most 1.

    Reference:
        Karpathy, Johnson and Li 2016, Visualizing and Understanding Recurrent Networks, 4.2.
    """

    shut: Float[np.ndarray, " unit"]
    open: Float[np.ndarray, " unit"]


def saturation(gate: Gate) -> Saturation:
    """Count, per unit, the words at which a gate is saturated."""
    return Saturation((gate < SHUT).mean(0), (gate > OPEN).mean(0))


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """What the openness of a gate depends on.

    Attributes:
        unit: share of the variance that the unit alone explains.
        word: share that the word alone explains.
        both: the rest: this unit at this word.

    Law:
        The three sum to 1; all are 0 for a gate that never changes.
    """

    unit: float
    word: float
    both: float


def variance_shares(gate: Gate) -> VarianceShares:
    """Split the variance of a gate over units and words (two-way analysis of variance)."""
    values = gate.astype(np.float64)
    values = values - values[0, 0]  # exactly 0 throughout if it never changes: no rounding decides
    total = values.var()
    if total == 0:
        return VarianceShares(0.0, 0.0, 0.0)
    unit, word = values.mean(0).var() / total, values.mean(1).var() / total
    return VarianceShares(float(unit), float(word), float(1 - unit - word))


def furthest(values: Float[np.ndarray, " step"], reference: float, count: int) -> tuple[int, ...]:
    """Return the steps that are furthest from a value, the furthest first; the first of equals."""
    order = np.argsort(-np.abs(values - reference), kind="stable")
    return tuple(int(step) for step in order[:count])
