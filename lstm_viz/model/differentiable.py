"""How do the logits follow from the features, so that they can be differentiated?"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.errors import InputError
from lstm_viz.model.network import Network
from lstm_viz.trace.modules import cell_of


def check_features(features: Tensor, width: int | None) -> None:
    """Refuse a tensor that cannot be read as features.

    Args:
        features: (batch, step, feature).
        width: features per step; None if that is not known.

    Raises:
        InputError: the type or shape is wrong, or there is no step.
    """
    step = f"step, {'feature' if width is None else width})"
    if features.dtype not in (torch.float32, torch.float64):
        came = str(features.dtype).removeprefix("torch.")
        raise InputError("features in float32 or float64", f"{came} came")
    right = features.dim() == 3 and features.numel() and width in (None, features.shape[-1])
    if not right:
        came = f"their shape is {tuple(features.shape)}"
        raise InputError(f"features of shape ({step} or (batch, {step}", came)


def logits_from_features(
    network: Network, features: Float[Tensor, "batch step feature"]
) -> Float[Tensor, "batch step score"]:
    """Return the scores after each step, differentiable with respect to the features.

    The weights are constants of the graph, so no gradient is accumulated in them; in double
    precision they are copies.

    Args:
        network: on which nothing but its equations acts.
        features: what the first recurrent layer reads, in float32 or float64.

    Returns:
        In the features' precision, on their device. If the network looks ahead, each row is its
        output for a text that ends there.
    """
    weight = network.readout.weight
    read = features.to(weight.device)
    steps = read.shape[1]
    run = _Functional(network, read.dtype)
    if not network.looks_ahead:
        found = run.logits(run.hidden(read))
    else:
        ends = range(1, steps + 1)
        found = torch.stack([run.logits(run.hidden(read[:, :end])) for end in ends], 1)
    return found.to(features.device)


class _Functional:
    """The equations of a network on constant weights of one precision."""

    def __init__(self, network: Network, dtype: torch.dtype) -> None:
        def constant(weight: Tensor) -> Tensor:
            return weight.detach().to(dtype)

        self._network = network
        weights = network.recurrent._flat_weights
        self._weights = [constant(weight) for weight in weights if weight is not None]
        layers = [network.readout] if network.dense is None else [network.dense, network.readout]
        self._layers = [
            (constant(layer.weight), None if layer.bias is None else constant(layer.bias))
            for layer in layers
        ]

    def hidden(self, features: Tensor) -> Tensor:
        """Return the hidden states of the last layer, (batch, step, output)."""
        module = self._network.recurrent
        zeros = self._network.zero_states(features)
        start = zeros if len(zeros) > 1 else zeros[0]
        kernel = cell_of(module).layer_kernel
        # cuDNN needs training mode for a backward pass; the dropout is 0.
        found: Tensor = kernel(
            features, start, self._weights, module.bias, module.num_layers, 0.0,
            features.is_cuda, module.bidirectional, True,
        )[0]  # fmt: skip
        return found

    def logits(self, hidden: Tensor) -> Tensor:
        """Return the scores that hidden states lead to, as ``Network.logits_from_hidden``."""
        if self._network.looks_ahead:
            hidden = self._network.ends_of(hidden)
        for index, (weight, bias) in enumerate(self._layers):
            hidden = nn.functional.linear(hidden.relu() if index else hidden, weight, bias)
        return hidden
