"""Why is a gate open: because of what was read, of what was remembered, or by habit?"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.layers import PreActivation

# In the order in which PyTorch stacks the weights.
STACKED = {
    "LSTM": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "GRU": ("reset_gate", "update_gate", "candidate"),
    "RNN_TANH": ("hidden_state",),
    "RNN_RELU": ("hidden_state",),
}


def pre_activations(
    mode: str,
    weights: CellWeights,
    features: Tensor,
    before: Tensor,
    quantities: Mapping[str, Tensor],
) -> dict[str, PreActivation[Tensor]]:
    """Split what goes into each gate's activation into three parts.

    Args:
        mode: of the module.
        weights: of the layer.
        features: what it read, (step, batch, feature).
        before: the hidden state before each step, (step, batch, output).
        quantities: what it computed; of a GRU the reset gate is needed.

    Returns:
        The parts of each gate and candidate, (step, batch, unit); of a plain RNN those of its
        hidden state.

    Law:
        gate = activation(input + recurrent + bias), to rounding. In a GRU's candidate the reset
        gate scales the recurrent product and the bias that belongs to it.
    """
    names = STACKED[mode]
    read = nn.functional.linear(features, weights.from_input).chunk(len(names), -1)
    recalled = nn.functional.linear(before, weights.from_hidden).chunk(len(names), -1)
    own, other = (_chunks(bias, read[0], len(names)) for bias in weights.biases)
    parts = {}
    for name, x, h, b, v in zip(names, read, recalled, own, other, strict=True):
        heard = quantities["reset_gate"] if (mode, name) == ("GRU", "candidate") else 1
        parts[name] = PreActivation(x, heard * h, b + heard * v)
    return parts


def _chunks(bias: Tensor | None, like: Tensor, count: int) -> tuple[Tensor, ...]:
    if bias is None:
        return (torch.zeros_like(like),) * count
    return tuple(part.expand_as(like) for part in bias.chunk(count))
