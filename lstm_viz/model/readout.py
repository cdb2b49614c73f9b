"""Is the verdict a plain weighted sum of the last hidden state? Then each unit has a vote."""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

_ROUNDING = 1e-4


def readout_of(
    network: nn.Module,
    hidden_state: Float[Tensor, "step unit"],
    logits: Float[Tensor, "step label"],
) -> tuple[Float[Tensor, "label unit"], Float[Tensor, " label"]] | None:
    """Find the linear layer that makes the scores from the last hidden state.

    Args:
        network: to search.
        hidden_state: of the last layer.
        logits: that the network put out after each word; two labels may share one score, the
            other's being 0.

    Returns:
        Its weight and bias, or None if no layer of the network makes just these predictions.

    Law:
        softmax(hidden_state · weight + bias) = softmax(logits), to rounding.
    """
    wanted = logits.softmax(-1)
    for weight, bias in _candidates(network, hidden_state.shape[1], logits.shape[1]):
        again = (hidden_state @ weight.T + bias).softmax(-1)
        if torch.allclose(again, wanted, rtol=0, atol=_ROUNDING):
            return weight, bias
    return None


def _candidates(network: nn.Module, units: int, labels: int) -> Iterator[tuple[Tensor, Tensor]]:
    for module in network.modules():
        if not isinstance(module, nn.Linear) or module.in_features != units:
            continue
        weight = module.weight.detach().cpu().float()
        bias = weight.new_zeros(len(weight)) if module.bias is None else module.bias.detach().cpu()
        if (len(weight), labels) == (1, 2):
            zero = torch.zeros_like(weight)
            yield torch.cat([zero, weight]), torch.cat([zero[0, :1], bias.float()])
        elif len(weight) == labels:
            yield weight, bias.float()
