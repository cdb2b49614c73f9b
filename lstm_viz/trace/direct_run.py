"""Runs a module that nothing acts on, and rebuilds its gates, without intercepting anything."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.trace.call import Call
from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.kernel_layout import captured_call, layout_of
from lstm_viz.trace.modules import cell_of
from lstm_viz.trace.reconstruct import reconstruct


def run_directly(
    name: str,
    module: nn.RNNBase,
    features: Float[Tensor, "batch step feature"],
    initial: tuple[Tensor, ...],
) -> tuple[Float[Tensor, "batch step output"], Call]:
    """Run a module and rebuild its gates, with the result of a recording around the call.

    PyTorch's classes are not patched, so that any number of threads may do so at once. The caller
    must know that no hook, mode or recording changes the input or the output of the module.

    Args:
        name: of the module.
        module: of one of PyTorch's own classes, batch first, without dropout.
        features: its input.
        initial: its states before the first step, each (layer and direction, batch, unit).

    Returns:
        The output of the module, and everything that it computed.

    Law:
        Equal to what ``record`` keeps of the same call, bit for bit.
    """
    hidden, final = module(features, initial if len(initial) > 1 else initial[0])
    output = (hidden, *(final if isinstance(final, tuple) else (final,)))
    weights = tuple(module._flat_weights)  # those that the kernel used
    kernel = KernelCall(
        cell_of(module).mode, features, None, initial, weights, 0.0, output, batch_first=True
    )
    with torch.no_grad():
        call = captured_call(name, module, kernel, layout_of(name, kernel, ()))
        done = reconstruct(module, call, CaptureOptions())
    return hidden, Call(name, done.layers, call.lengths, done.error)
