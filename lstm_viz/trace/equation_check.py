"""Do the numbers of a layer follow from one another? Compared with the equations, to rounding.

Only where nothing was forced: what is forced follows from nothing.
"""

import numpy as np
import torch
from torch import Tensor

from lstm_viz.notation import BY_NAME
from lstm_viz.trace.cells import CELLS
from lstm_viz.trace.cells.cell import Activation, States
from lstm_viz.trace.layer_trace import LayerTrace, PreActivation, state_before
from lstm_viz.trace.structure_check import require

Layer = LayerTrace[np.ndarray]

_ROUNDING = 2e-5  # of numbers around 1, in float32
_OF_PARTS = 1e-4  # of the parts' size: each is a sum of many products, and may be of large ones
_LARGEST = 1e30  # so that nothing below overflows


def check_equations(layer: Layer, error: float) -> None:
    """Accept a layer only if its states follow from its gates, and its gates from their parts.

    Args:
        layer: with the axes (step, unit) and every quantity, none of them forced.
        error: how far it is known to be off.

    Raises:
        ValueError: says what does not fit.
    """
    where = f"layer {layer.layer} {layer.direction}"
    for name, state in layer.initial.items():
        require(bool(np.isfinite(state).all()), f"{where} begins with a {_label(name)} not finite")
    exact = layer.map(_exact)
    before = {name: _exact(state_before(layer, name)) for name in layer.initial}
    for name, expected in _expected_states(exact, before).items():
        recorded, initial = exact.quantities[name], exact.initial[name]
        size = max(1.0, _largest(recorded), _largest(initial))
        fits = bool(((recorded - expected).abs() <= 2 * error + _ROUNDING * size).all())
        require(fits, f"the {_label(name)} of {where} does not follow from its gates")
    for name, parts in exact.pre_activations.items():
        values, allowed = exact.quantities[name], 2 * error + _ROUNDING
        fits = any(_follow(one, parts, values, allowed) for one in _activations(exact, name))
        require(fits, f"the {_label(name)} of {where} does not follow from its parts")


def _expected_states(layer: LayerTrace[Tensor], before: States) -> States:
    """Return the states that the equations give, as far as they determine them."""
    expected: dict[str, Tensor] = {}
    for cell in CELLS.values():
        if set(cell.names) == set(layer.quantities):
            expected |= cell.states_from_gates(layer.quantities, before)
    return expected


def _activations(layer: LayerTrace[Tensor], name: str) -> list[Activation]:
    """Return the activations that a quantity may have: those of a plain RNN differ."""
    cells = [cell for cell in CELLS.values() if set(cell.names) == set(layer.quantities)]
    return [cell.activations[name] for cell in cells]


def _follow(
    activation: Activation, parts: PreActivation[Tensor], values: Tensor, allowed: float
) -> bool:
    """Whether values are what an activation makes of the sum of these parts."""
    three = torch.stack([parts.input, parts.recurrent, parts.bias]).clamp(-_LARGEST, _LARGEST)
    size = three.abs().sum(0)
    # The parts may be small sums of large products: then others of them are large.
    slack = _OF_PARTS * (1 + size + float(np.median(size.numpy())))
    total = three.sum(0)
    low, high = activation(total - slack) - allowed, activation(total + slack) + allowed
    return bool(((low <= values) & (values <= high)).all())


def _exact(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float64))


def _largest(values: Tensor) -> float:
    return float(values.abs().max())


def _label(name: str) -> str:
    return BY_NAME[name].label.lower()
