"""What is a network given of a text?"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lstm_viz.errors import EncodingError


def batch_of_one(network: nn.Module, numbers: Sequence[Any]) -> Tensor:
    """Return a text as a batch of one, where the network is and of its kind of numbers.

    Args:
        network: that reads it.
        numbers: one number, or one row of features, for each token.

    Returns:
        (1, step) or (1, step, feature).

    Raises:
        EncodingError: they are something else.
    """
    like = example_tensor(network)
    try:
        inputs = torch.tensor([list(numbers)], device=like.device)
    except (TypeError, ValueError, RuntimeError) as error:
        came = f"PyTorch says {' '.join(str(error).split())}"
        raise EncodingError("numbers, or rows of equally many features", came) from error
    return inputs.to(like.dtype) if inputs.is_floating_point() else inputs


def example_tensor(network: nn.Module) -> Tensor:
    """Return a tensor of the device and the kind of numbers of a network."""
    parameters = network.parameters()
    return next((p.detach() for p in parameters if p.is_floating_point()), torch.empty(0))
