"""Which layers of Keras are exactly PyTorch's, and with which weights?

Keras stacks the gates of an LSTM as i, f, c, o and those of a GRU as z, r, h, keeps its kernels
transposed, and adds one bias; a GRU with ``reset_after`` has two.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.gate_order import module_of, reorder_gates
from lstm_viz.importers.keras.operations import (
    ACTIVATIONS,
    Activate,
    Dense,
    Embed,
    Pool,
    Recur,
    Step,
)
from lstm_viz.importers.keras.saved_model import SavedLayer, kind_of
from lstm_viz.plain_file import short
from lstm_viz.trace.cells import CellKind, CellWeights

Built = tuple[Step, nn.Module | None]

_ORDER: dict[CellKind, str] = {"LSTM": "ifgo", "GRU": "zrg", "RNN": "h"}
_RECURRENT: dict[str, CellKind] = {"LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN"}
_IDENTITIES = (  # layers that do nothing at prediction
    "InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization",
)  # fmt: skip
_FLOATS = (None, "float32")


def convert(layer: SavedLayer) -> Built | None:
    """Return the operation of a layer, and its module if it has weights.

    Returns:
        None for a layer that does nothing at prediction.

    Raises:
        UnsupportedLayerError: PyTorch has no layer that computes the same.
    """
    if layer.kind in _IDENTITIES:
        return None
    _refuse_types(layer, layer.config)
    makers: dict[str, Callable[[SavedLayer], Built]] = {
        "Embedding": _embedding,
        "Bidirectional": _bidirectional,
        "Dense": _dense,
        "TimeDistributed": _time_distributed,
        "Activation": lambda one: (Activate(_activation(one, one.config)), None),
        "GlobalAveragePooling1D": _pool,
        "GlobalMaxPooling1D": _pool,
        **dict.fromkeys(_RECURRENT, _one_way),
    }
    if layer.kind not in makers:
        known = ", ".join(sorted(makers))
        raise _refusal(layer, f"it is of the class {short(layer.kind)}", f"one of {known}")
    return makers[layer.kind](layer)


def _embedding(layer: SavedLayer) -> Built:
    sizes = layer.config.get("input_dim"), layer.config.get("output_dim")
    (table,) = _tensors_of_shape(layer, layer.weights, [sizes])
    module = nn.Embedding(len(table), table.shape[1], _weight=table)
    return Embed(_flag(layer, layer.config, "mask_zero")), module


def _dense(layer: SavedLayer) -> Built:
    return _linear(layer, layer.config)


def _time_distributed(layer: SavedLayer) -> Built:
    inner = layer.config["layer"]
    if kind_of(inner) != "Dense":
        what = f"it repeats a {short(kind_of(inner))} at each step"
        raise _refusal(layer, what, "a Dense inside")
    _refuse_types(layer, inner["config"])
    return _linear(layer, inner["config"])


def _linear(layer: SavedLayer, config: Mapping[str, Any]) -> Built:
    units = _units(layer, config)
    shapes: list[tuple[int | None, ...]] = [(None, units), (units,)]
    biased = _flag(layer, config, "use_bias", default=True)
    kernel, *bias = _tensors_of_shape(layer, layer.weights, shapes if biased else shapes[:1])
    module = nn.Linear(kernel.shape[0], kernel.shape[1], bias=biased)
    with torch.no_grad():
        module.weight.copy_(kernel.T)
        for values in bias:
            module.bias.copy_(values)
    return Dense(_activation(layer, config)), module


def _one_way(layer: SavedLayer) -> Built:
    kind = _RECURRENT[layer.kind]
    nonlinearity = _supported_nonlinearity(layer, kind, layer.config, backward=False)
    module = module_of(
        kind, [_cell(layer, kind, layer.config, layer.weights)], nonlinearity=nonlinearity
    )
    zeros = _flag(layer, layer.config, "zero_output_for_mask")
    return Recur(_flag(layer, layer.config, "return_sequences"), "concat", zeros), module


def _bidirectional(layer: SavedLayer) -> Built:
    forward = layer.config["layer"]
    backward = layer.config.get("backward_layer")
    backward = forward if backward is None else backward
    classes = {kind_of(forward), kind_of(backward)}
    kind = _RECURRENT.get(kind_of(forward))
    if len(classes) > 1 or kind is None:
        known = ", ".join(_RECURRENT)
        raise _refusal(
            layer, f"it holds {short(' and '.join(sorted(classes)))}", f"one of {known} inside"
        )
    configs = forward["config"], backward["config"]
    same = ("units", "activation", "recurrent_activation", "use_bias", "return_sequences")
    if any(configs[0].get(name) != configs[1].get(name) for name in same):
        raise _refusal(layer, "its two directions are unlike", "equal layers in both")
    merge = layer.config.get("merge_mode")
    if merge not in ("concat", "sum", "mul", "ave"):
        raise _refusal(layer, f"its merge_mode is {short(repr(merge))}", "concat, sum, mul or ave")
    nonlinearity = _supported_nonlinearity(layer, kind, configs[0], backward=False)
    _supported_nonlinearity(layer, kind, configs[1], backward=backward is not forward)
    half = len(layer.weights) // 2
    halves = layer.weights[:half], layer.weights[half:]
    directions = [
        _cell(layer, kind, config, weights) for config, weights in zip(configs, halves, strict=True)
    ]
    sequences = _flag(layer, configs[0], "return_sequences")
    return Recur(sequences, merge, zeros=sequences), module_of(
        kind, directions, nonlinearity=nonlinearity
    )


def _supported_nonlinearity(
    layer: SavedLayer, kind: CellKind, config: Mapping[str, Any], *, backward: bool
) -> str:
    """Refuse the variants that PyTorch does not compute; return the nonlinearity of a plain RNN."""
    _refuse_types(layer, config)
    for option in ("stateful", "return_state", "time_major"):
        if _flag(layer, config, option):
            raise _refusal(layer, f"it has {option}=True", f"{option}=False")
    if _flag(layer, config, "go_backwards") != backward:
        raise _refusal(layer, "it reads backwards (go_backwards)", "Bidirectional around it")
    if kind == "GRU" and not _flag(layer, config, "reset_after"):
        what = "its reset gate acts before the recurrent product (reset_after=False)"
        raise _refusal(layer, what, "reset_after=True")
    activation = config.get("activation", "tanh")
    if kind != "RNN":
        gates = config.get("recurrent_activation", "sigmoid")
        if gates != "sigmoid":
            what = f"its recurrent_activation is {_activation_name(gates)}"
            raise _refusal(layer, what, 'recurrent_activation="sigmoid"')
    allowed = ("tanh", "relu") if kind == "RNN" else ("tanh",)
    if activation not in allowed:
        wanted = " or ".join(f'activation="{name}"' for name in allowed)
        raise _refusal(layer, f"its activation is {_activation_name(activation)}", wanted)
    return str(activation)


def _cell(
    layer: SavedLayer, kind: CellKind, config: Mapping[str, Any], weights: Sequence[np.ndarray]
) -> CellWeights:
    """Bring the weights of one direction into PyTorch's order."""
    units, order = _units(layer, config), _ORDER[kind]
    rows = units * len(order)
    bias_shape: tuple[int | None, ...] = (2, rows) if kind == "GRU" else (rows,)
    shapes: list[tuple[int | None, ...]] = [(None, rows), (units, rows), bias_shape]
    biased = _flag(layer, config, "use_bias", default=True)
    kernel, recurrent, *bias = _tensors_of_shape(layer, weights, shapes if biased else shapes[:2])
    biases: Sequence[Tensor] = ()
    if biased:
        found = bias[0]
        biases = found.unbind() if kind == "GRU" else (found, torch.zeros_like(found))
    parts = (kernel.T, recurrent.T, *biases)
    return CellWeights(*(reorder_gates(part, order, kind) for part in parts))


def _tensors_of_shape(
    layer: SavedLayer, weights: Sequence[np.ndarray], shapes: Sequence[tuple[int | None, ...]]
) -> list[Tensor]:
    """Return arrays as tensors if their shapes are these; None stands for any size."""
    found = [array.shape for array in weights]
    fits = (
        not any(0 in shape for shape in found)
        and len(found) == len(shapes)
        and all(
            len(have) == len(want) and all(b in (None, a) for a, b in zip(have, want, strict=True))
            for have, want in zip(found, shapes, strict=True)
        )
    )
    if not fits:
        wanted = ", ".join(str(shape).replace("None", "any") for shape in shapes)
        came = f"its weights have the shapes {short(found)}"
        raise _refusal(layer, came, f"weights of {short(wanted)}")
    return [torch.from_numpy(array) for array in weights]


def _activation(layer: SavedLayer, config: Mapping[str, Any]) -> str:
    activation = config.get("activation")
    activation = "linear" if activation is None else activation
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise _refusal(
            layer, f"its activation is {_activation_name(activation)}", f"one of {known}"
        )
    return activation


def _activation_name(activation: Any) -> str:  # noqa: ANN401  (a name, or a description of an object)
    if isinstance(activation, Mapping) and activation:
        return short(activation.get("registered_name") or activation.get("class_name"))
    return short(repr(activation)) if not isinstance(activation, str) else short(activation)


def _flag(
    layer: SavedLayer, config: Mapping[str, Any], option: str, *, default: bool = False
) -> bool:
    """Return an option that is True or False; refuse any other value."""
    value = config.get(option, default)
    if value not in (True, False, None) or isinstance(value, float):
        what = f"its {option} is {short(repr(value))}"
        raise _refusal(layer, what, f"{option}=True or {option}=False")
    return bool(value)


def _units(layer: SavedLayer, config: Mapping[str, Any]) -> int:
    units = config["units"]
    if type(units) is not int or units < 1:
        raise _refusal(layer, f"it has units={short(repr(units))}", "a whole number of units")
    return units


def _pool(layer: SavedLayer) -> Built:
    places = layer.config.get("data_format")
    if _flag(layer, layer.config, "keepdims") or places not in (None, "channels_last"):
        raise _refusal(layer, "it keeps its axes or has channels first", "the default options")
    return Pool(mean=layer.kind == "GlobalAveragePooling1D"), None


def _refuse_types(layer: SavedLayer, config: Mapping[str, Any]) -> None:
    dtype = config.get("dtype")
    if isinstance(dtype, Mapping):
        dtype = dtype["config"]["name"]
    if dtype not in _FLOATS or config.get("quantization_config") is not None:
        named = "quantised numbers" if dtype in _FLOATS else short(dtype)
        raise _refusal(layer, f"it computes in {named}", "float32")


def _refusal(layer: SavedLayer, what: str, instead: str) -> UnsupportedLayerError:
    return UnsupportedLayerError(short(layer.name), what, f"It can be opened with {instead}.")
