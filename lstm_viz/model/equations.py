"""Do the numbers of a layer follow from one another? Held against the equations, to rounding.

Only where nothing was forced: what is forced follows from nothing.
"""

from collections.abc import Callable, Mapping

import numpy as np

from lstm_viz.notation import BY_NAME
from lstm_viz.trace import LayerTrace, PreActivation

Layer = LayerTrace[np.ndarray]
Arrays = Mapping[str, np.ndarray]

_ROUNDING = 2e-5  # of numbers around 1, in float32
_OF_PARTS = 1e-4  # of the parts' size: each is a sum of many products, and may be of large ones
_LARGEST = 1e30  # so that nothing below overflows


def check_equations(layer: Layer, error: float) -> None:
    """Let a layer pass only if its states follow from its gates, and its gates from their parts.

    Args:
        layer: with the axes (step, unit) and every quantity; what it computed by itself.
        error: how far it is known to be off.

    Raises:
        ValueError: says what does not fit.
    """
    where = f"layer {layer.layer} {layer.direction}"
    for name, state in layer.initial.items():
        _need(bool(np.isfinite(state).all()), f"{where} begins with a {_label(name)} not finite")
    quantities = {name: values.astype(np.float64) for name, values in layer.quantities.items()}
    for name, expected in _followed(layer, quantities).items():
        size = max(1.0, np.abs(quantities[name]).max(), np.abs(layer.initial[name]).max())
        allowed = 2 * error + _ROUNDING * size
        fits = bool((np.abs(quantities[name] - expected) <= allowed).all())
        _need(fits, f"the {_label(name)} of {where} does not follow from its gates")
    for name, parts in layer.pre_activations.items():
        fits = _activated(name, parts, quantities[name], 2 * error + _ROUNDING)
        _need(fits, f"the {_label(name)} of {where} does not follow from its parts")


def _followed(layer: Layer, known: Arrays) -> Arrays:
    """Return the states that the equations give, where these can be asked."""
    before = {name: _before(layer, name, known[name]) for name in layer.initial}
    if "cell_state" in known:
        kept = known["forget_gate"] * before["cell_state"]
        found = {"cell_state": kept + known["input_gate"] * known["candidate"]}
        if known["hidden_state"].shape == known["cell_state"].shape:  # else it was projected
            found["hidden_state"] = known["output_gate"] * np.tanh(known["cell_state"])
        return found
    if "update_gate" in known:
        kept = known["update_gate"] * before["hidden_state"]
        return {"hidden_state": kept + (1 - known["update_gate"]) * known["candidate"]}
    return {}


def _before(layer: Layer, name: str, values: np.ndarray) -> np.ndarray:
    """Return a state before each step, in the direction in which the layer reads."""
    initial = layer.initial[name].astype(np.float64)[None]
    if layer.direction == "backward":
        return np.concatenate([values[1:], initial])
    return np.concatenate([initial, values[:-1]])


def _activated(
    name: str, parts: PreActivation[np.ndarray], values: np.ndarray, allowed: float
) -> bool:
    """Whether values are what an activation makes of the sum of these parts."""
    three = np.clip(np.stack(_three(parts)).astype(np.float64), -_LARGEST, _LARGEST)
    size = np.abs(three).sum(0)
    # The parts may be small sums of large products: then others of them are large.
    slack = _OF_PARTS * (1 + size + np.median(size))
    total = three.sum(0)
    return any(
        bool(
            (
                (activation(total - slack) - allowed <= values)
                & (values <= activation(total + slack) + allowed)
            ).all()
        )
        for activation in _activations(name)
    )


def _three(parts: PreActivation[np.ndarray]) -> tuple[np.ndarray, ...]:
    return parts.input, parts.recurrent, parts.bias


def _activations(name: str) -> tuple[Callable[[np.ndarray], np.ndarray], ...]:
    if name == "hidden_state":  # of a plain RNN
        return np.tanh, lambda total: np.maximum(total, 0)
    return (np.tanh,) if BY_NAME[name].scale != "gate" else (_sigmoid,)


def _sigmoid(total: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(total / 2)) / 2


def _label(name: str) -> str:
    return BY_NAME[name].label.lower()


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
