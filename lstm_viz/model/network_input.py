"""What does a network get of a text?"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from lstm_viz.errors import EncodingError


def batch_of_one(network: nn.Module, numbers: Sequence[Any]) -> Tensor:
    """Return a text as a batch of one, on the network's device and of its type.

    Args:
        network: that reads the text.
        numbers: one number, or one row of features, per token.

    Returns:
        (1, step) or (1, step, feature).

    Raises:
        EncodingError: the numbers have another form.
    """
    like = example_tensor(network)
    try:
        inputs = torch.tensor([list(numbers)], device=like.device)
    except (TypeError, ValueError, RuntimeError) as error:
        came = f"PyTorch says {' '.join(str(error).split())}"
        raise EncodingError("numbers, or rows of equally many features", came) from error
    return inputs.to(like.dtype) if inputs.is_floating_point() else inputs


def example_tensor(network: nn.Module) -> Tensor:
    """Return a tensor with the device and the type of a network's weights."""
    parameters = network.parameters()
    return next((p.detach() for p in parameters if p.is_floating_point()), torch.empty(0))
