"""Gates rebuilt exactly from the input and output of the kernel of a recurrent module.

A fused recurrent kernel returns its hidden states, not its gates. But the hidden states are all
that its gates depend on besides the input: matrix products over all steps give every gate, an
elementwise scan the cell states of an LSTM, and the hidden states that follow must equal the
output of the layer itself. How far they are off is measured every time.
"""

from typing import Any

import torch
from torch import Tensor

from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.captured_call import CapturedCall, LayerInput
from lstm_viz.trace.cells import Cell
from lstm_viz.trace.modules import Module
from lstm_viz.trace.walk import LayerOutput, Run, walk


@torch.no_grad()
def reconstruct(module: Module, call: CapturedCall, options: CaptureOptions) -> Run:
    """Rebuild what every layer of a module computed during one call.

    Args:
        module: that was called.
        call: the input and output of its kernel.
        options: what is kept.

    Returns:
        The layers with the module's own hidden states. The error is the largest difference between
        these and the hidden states that follow from the gates, inner layers included.
    """

    def compute(inputs: LayerInput) -> LayerOutput:
        hidden = _inner_output(call.cell, inputs) if inputs.output is None else inputs.output
        return LayerOutput(
            *call.cell.all_steps(inputs.weights, inputs.features, hidden, inputs.initial)
        )

    return walk(module, call, options, compute)


def _inner_output(cell: Cell, inputs: LayerInput) -> Tensor:
    """Return the hidden states of an inner layer, which the fused module does not return.

    A backward direction reads its sequences reversed, so that padding always comes last and only a
    single forward layer is ever run.
    """
    states = tuple(inputs.initial[name][None] for name in cell.states)
    initial: Any = states if len(states) > 1 else states[0]
    biased = inputs.weights.input_bias is not None
    hidden: Tensor = cell.layer_kernel(
        inputs.features,
        initial,
        inputs.weights.listed(),
        biased,
        1,
        0.0,
        False,
        False,
        False,
    )[0]
    return hidden
