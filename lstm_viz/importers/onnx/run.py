"""How is a PyTorch module called so that it gives the outputs of a recurrent ONNX node?"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm_viz.errors import UnsupportedLayerError
from lstm_viz.importers.onnx.layer import Array, Layer
from lstm_viz.importers.onnx.shapes import compare_shapes
from lstm_viz.plain_file import short
from lstm_viz.trace.cells import CellWeights


def run_layer(
    layer: Layer,
    module: nn.RNNBase,
    x: Array,
    lengths: Array | None,
    initial: Sequence[Array | None],
) -> tuple[Array, ...]:
    """Return the node's outputs Y, Y_h and, for an LSTM, Y_c.

    Args:
        layer: what the node asks for.
        module: of this layer; it is called once, so that its hooks see all there is.
        x: (step, batch, feature), or batch first.
        lengths: (batch), each from 1 to the number of steps; Y is 0 past them.
        initial: initial_h and initial_c, (direction, batch, unit), or batch first.

    Raises:
        UnsupportedLayerError: a length is out of range, or shapes do not fit the weights.
    """
    shapes = [None if value is None else value.shape for value in (x, lengths, *initial)]
    compare_shapes(layer, module.hidden_size, module.input_size, shapes[0], shapes[1], shapes[2:])
    like = next(module.parameters())
    features = torch.tensor(x if layer.batch_first else x.swapaxes(0, 1)).to(like)
    states = _states(layer, initial, like)
    if lengths is None:
        y, last = module(features, states)
    else:
        steps = features.shape[1]
        counts = torch.tensor(_check_lengths(layer, lengths, steps), dtype=torch.int64)
        packed = pack_padded_sequence(features, counts, batch_first=True, enforce_sorted=False)
        y, last = module(packed, states)
        y, _ = pad_packed_sequence(y, batch_first=True, total_length=steps)
    y = y.unflatten(-1, (layer.directions, -1))  # (batch, step, direction, unit)
    ends = last if isinstance(last, tuple) else (last,)
    if layer.batch_first:
        ends = tuple(state.transpose(0, 1) for state in ends)
    else:
        y = y.permute(1, 2, 0, 3)
    return tuple(value.cpu().numpy().astype(x.dtype) for value in (y, *ends))


def replace_weights(layer: Layer, module: nn.RNNBase, weights: list[CellWeights]) -> None:
    """Give the module of a layer other weights, of any size; its hooks stay."""
    other = layer.module(weights)
    module.input_size, module.hidden_size = other.input_size, other.hidden_size
    for name, parameter in other.named_parameters():
        setattr(module, name, parameter)


def _states(
    layer: Layer, initial: Sequence[Array | None], like: Tensor
) -> Tensor | tuple[Tensor, ...] | None:
    """Return initial states as PyTorch takes them; one of two that is left out is 0."""
    given = [state for state in initial if state is not None]
    if not given:
        return None
    filled = [np.zeros_like(given[0]) if state is None else state for state in initial]
    states = [
        torch.tensor(state.swapaxes(0, 1) if layer.batch_first else state).to(like)
        for state in filled
    ]
    return tuple(states) if layer.kind == "LSTM" else states[0]


def _check_lengths(layer: Layer, lengths: Array, steps: int) -> Array:
    if lengths.min(initial=1) < 1 or lengths.max(initial=0) > steps:
        what = f"its sequence_lens are {short(lengths.tolist())}, not each from 1 to {steps}"
        raise UnsupportedLayerError(layer.name, what, "Give other lengths.")
    return lengths
