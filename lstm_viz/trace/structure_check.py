"""Could these layers be a recording? Names, shapes and types are checked, but not values.

The values of a call may be any numbers, since anything may have been forced in it.
"""

from collections.abc import Mapping, Sequence
from math import isnan

import numpy as np

from lstm_viz.trace.call import Call
from lstm_viz.trace.cells import CELLS
from lstm_viz.trace.layer_trace import LayerTrace, PreActivation

Layer = LayerTrace[np.ndarray]
Shape = tuple[int, ...]

_DIRECTIONS = ("forward", "backward")
_PARTS = ("input", "recurrent", "bias")


def check_call(call: Call) -> None:
    """Accept a call only if it can be one.

    Raises:
        ValueError: says what does not fit.
    """
    layers = [layer.map(lambda values: values.numpy()) for layer in call.layers]
    lengths = call.lengths.numpy()
    require(isinstance(call.name, str), "its name is no text")
    check_error(call.error)
    whole = lengths.ndim == 1 and lengths.dtype.kind in "iu"
    require(whole, "lengths are no list of whole numbers")
    arrays = [array for layer in layers for array in _per_step(layer)]
    steps = arrays[0].shape[1:2] if arrays else (int(lengths.max(initial=0)),)
    check_layers(layers, (len(lengths), *steps), whole=False)
    fit = bool(((lengths >= 0) & (lengths <= steps[0])).all())
    require(fit, f"lengths are not from 0 to {steps[0]} steps")
    beyond = np.arange(steps[0]) >= lengths[:, None]
    for array in arrays:
        past = array[beyond]
        require(bool(((past == 0) | np.isnan(past)).all()), "there is something past a length")


def check_layers(layers: Sequence[Layer], axes: Shape, *, whole: bool) -> None:
    """Accept layers only if they can be those of a module, or of several.

    Args:
        layers: of a call or a text.
        axes: sizes of all axes of their arrays but the units'.
        whole: whether every quantity that a layer computes must be there.

    Raises:
        ValueError: says what does not fit.
    """
    require(len(layers) > 0, "there is no layer")
    for layer in layers:
        require(type(layer.layer) is int and layer.layer >= 0, "a layer's number is none")
        require(layer.direction in _DIRECTIONS, f"a layer reads {layer.direction!r}")
    slots = [(layer.layer, _DIRECTIONS.index(layer.direction)) for layer in layers]
    require(slots == sorted(set(slots)), "layers are not there once each, in order")
    for layer in layers:
        _check_layer(layer, axes, whole=whole)


def check_error(error: object) -> None:
    """Accept a measured difference: a number from 0 on, or NaN.

    Raises:
        ValueError: it is something else.
    """
    number = error if type(error) in (int, float) else -1.0
    assert isinstance(number, int | float)  # noqa: S101  (for the type checker)
    require(isnan(number) or number >= 0, "the error is no number from 0 on")


def _check_layer(layer: Layer, axes: Shape, *, whole: bool) -> None:
    where = f"layer {layer.layer} {layer.direction}"
    names = set(layer.quantities)
    cells = [cell for cell in CELLS.values() if set(layer.initial) == set(cell.states)]
    require(bool(cells), f"{where} begins with other states")
    cells = [cell for cell in cells if names <= set(cell.names)]
    if whole:
        cells = [cell for cell in cells if names == set(cell.names)]
    require(bool(cells), f"{where} has the quantities {', '.join(layer.quantities)}")
    parts = set(layer.pre_activations)
    fitting = any(parts == set(cell.activations) for cell in cells)
    require(not parts or fitting, f"{where} has parts of {', '.join(layer.pre_activations)}")
    _check_shapes(where, layer, axes)


def _check_shapes(where: str, layer: Layer, axes: Shape) -> None:
    states, after = [*layer.initial.values()], _per_step(layer)
    numbers = all(array.dtype.kind == "f" for array in [*states, *after])
    require(numbers, f"{where} holds something else than numbers")
    fit = all(array.ndim == len(axes) + 1 and array.shape[:-1] == axes for array in after)
    batch = axes[:-1]  # initial states have no axis of steps
    fit &= all(state.ndim == len(axes) and state.shape[:-1] == batch for state in states)
    require(fit, f"{where} is not of {' × '.join(map(str, axes))} throughout")
    visible = [layer.initial["hidden_state"], *_of(layer.quantities, "hidden_state")]
    inner = [*_inner(layer), *_of(layer.initial, "cell_state")]
    outputs, units = ({array.shape[-1] for array in arrays} for arrays in (visible, inner))
    require(len(outputs) == 1 and len(units) <= 1, f"{where} has not the same units throughout")
    narrower = "cell_state" in layer.initial and outputs <= set(range(max(units, default=0)))
    require(not units or outputs == units or narrower, f"{where} puts out more units than it has")


def _of(arrays: Mapping[str, np.ndarray], name: str) -> list[np.ndarray]:
    return [arrays[name]] if name in arrays else []


def _per_step(layer: Layer) -> list[np.ndarray]:
    return [*layer.quantities.values(), *_parts(layer.pre_activations)]


def _inner(layer: Layer) -> list[np.ndarray]:
    """Return the arrays that have all units, also with a projection."""
    own = [array for name, array in layer.quantities.items() if name != "hidden_state"]
    return [*own, *_parts(layer.pre_activations)]


def _parts(pre_activations: Mapping[str, PreActivation[np.ndarray]]) -> list[np.ndarray]:
    return [getattr(parts, name) for parts in pre_activations.values() for name in _PARTS]


def require(holds: bool, otherwise: str) -> None:
    """Raise a ``ValueError`` that says what does not fit, unless it does."""
    if not holds:
        raise ValueError(otherwise)
