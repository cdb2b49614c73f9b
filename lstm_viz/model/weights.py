"""Which weights does each gate of each layer have?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import UnsupportedModuleError, WrapError
from lstm_viz.notation import in_order
from lstm_viz.trace.cells import CellWeights
from lstm_viz.trace.layer_trace import Direction
from lstm_viz.trace.modules import Module, cell_of, layers_in, overrides_forward

Matrices = Mapping[str, Float[np.ndarray, "unit _"]]
Vectors = Mapping[str, Float[np.ndarray, " unit"]]


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """The weights of one layer in one direction, as read-only copies.

    Each is named after what it leads to: the gates and the candidate, in the one order; in a plain
    RNN the hidden state.

    Attributes:
        layer: counted as in a trace.
        direction: in which the layer reads.
        input: W, (unit, feature): from what the layer reads.
        recurrent: U, (unit, output): from the hidden state before the step.
        input_bias: b; zeros for a layer without.
        recurrent_bias: PyTorch's second bias, added to the recurrent product; zeros likewise.
        projection: (output, unit) of an LSTM with ``proj_size``: h = projection · (o · tanh(c)).

    Law:
        The equations in ``lstm_viz.trace.cells``.
    """

    layer: int
    direction: Direction
    input: Matrices
    recurrent: Matrices
    input_bias: Vectors
    recurrent_bias: Vectors
    projection: Float[np.ndarray, "output unit"] | None


def check_materialized(network: nn.Module) -> None:
    """Refuse weights that hold no values.

    Raises:
        WrapError: some are on the meta device, or fake.
    """
    for name, values in [*network.named_parameters(), *network.named_buffers()]:
        is_fake = hasattr(values, "fake_mode")
        if values.is_meta or is_fake:
            where = "fake" if is_fake else "on the meta device"
            came = f"{name!r} is {where} and holds no values"
            remedy = "Build the module on a real device, and load its weights there."
            raise WrapError("weights", came, remedy)


def weights_of(network: nn.Module, names: Iterable[str]) -> tuple[LayerWeights, ...]:
    """Return the current weights of all layers of some modules, numbered as one stack.

    Args:
        network: that holds the modules.
        names: of its recurrent modules, in the order of a trace's layers.

    Raises:
        UnsupportedModuleError: a module overrides forward, or computes its weights whenever they
            are used, so that they are not known; or another module has taken its place.
    """
    found: list[LayerWeights] = []
    for name in names:
        module = network.get_submodule(name)
        if not isinstance(module, nn.RNNBase | nn.RNNCellBase):
            reason = f"a {type(module).__name__} has taken its place"
            raise UnsupportedModuleError(name, reason, "Wrap the network anew.")
        first = found[-1].layer + 1 if found else 0
        for slots in layers_in(module):
            for slot in slots:
                weights = _cell_weights(name, module, slot.row)
                layer = first + slot.layer
                found.append(_by_gate(layer, slot.direction, cell_of(module).stacked, weights))
    return tuple(found)


def _cell_weights(name: str, module: Module, row: int) -> CellWeights:
    rows = getattr(module, "_all_weights", [["weight_ih", "weight_hh", "bias_ih", "bias_hh"]])
    names = rows[row] if module.bias else [n for n in rows[row] if not n.startswith("bias")]
    own = module._parameters
    if overrides_forward(module) or module._forward_pre_hooks or any(n not in own for n in names):
        reason = "its weights are computed whenever they are used, or it overrides forward"
        raise UnsupportedModuleError(name, reason, "Use a module of PyTorch's own classes.")
    return CellWeights.of([own[n] for n in names], biased=bool(module.bias))


def _by_gate(
    layer: int, direction: Direction, names: tuple[str, ...], weights: CellWeights
) -> LayerWeights:
    zeros = torch.zeros(len(weights.from_input))

    def split(stacked: Tensor | None) -> dict[str, np.ndarray]:
        parts = (zeros if stacked is None else stacked).chunk(len(names))
        return in_order({name: _frozen(part) for name, part in zip(names, parts, strict=True)})

    return LayerWeights(
        layer,
        direction,
        split(weights.from_input),
        split(weights.from_hidden),
        split(weights.input_bias),
        split(weights.hidden_bias),
        None if weights.projection is None else _frozen(weights.projection),
    )


def _frozen(values: Tensor) -> np.ndarray:
    """Return a read-only copy in float32, or in double precision as it is."""
    numbers = values.detach().cpu()
    exact = numbers if numbers.dtype == torch.float64 else numbers.float()
    array = np.array(exact.numpy(), order="C")
    array.flags.writeable = False
    return array
