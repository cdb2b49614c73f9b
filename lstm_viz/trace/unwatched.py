"""What did a module compute, if nothing is known to act on it? Recorded without being watched."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.trace.call import Call
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.kinds import mode_of
from lstm_viz.trace.layout import layout_of, seen
from lstm_viz.trace.reconstruct import rebuilt
from lstm_viz.trace.wanted import Wanted


def run_unwatched(
    name: str,
    module: nn.RNNBase,
    features: Float[Tensor, "batch step feature"],
    initial: tuple[Tensor, ...],
) -> tuple[Float[Tensor, "batch step output"], Call]:
    """Run a module and rebuild its gates, as a recording would that is opened around the call.

    Nothing is put around the module, so that any number of threads may do so at once. It is for the
    caller to know that no hook, mode or recording changes what the module reads or puts out.

    Args:
        name: of the module.
        module: of one of PyTorch's own classes, batch first, without dropout.
        features: what it reads.
        initial: its states before the first step, each (layer and direction, batch, unit).

    Returns:
        The hidden states that the module put out, and what it computed.

    Law:
        Equal to what ``record`` keeps of the same call, bit for bit.
    """
    hidden, final = module(features, initial if len(initial) > 1 else initial[0])
    put_out = (hidden, *(final if isinstance(final, tuple) else (final,)))
    weights = tuple(module._flat_weights)  # those that the kernel used
    kernel = KernelCall(
        mode_of(module), features, None, initial, weights, 0.0, put_out, batch_first=True
    )
    with torch.no_grad():
        what = seen(name, module, kernel, layout_of(name, kernel, ()))
        layers, error = rebuilt(module, what, Wanted())
    return hidden, Call(name, layers, what.lengths, error)
