"""Is the verdict a plain weighted sum of the last hidden state? Then each unit has a vote."""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.scores import Outputs

_ROUNDING = 1e-4  # relative to the largest logit


def readout_of(
    network: nn.Module,
    hidden_state: Float[Tensor, "step unit"],
    logits: Float[Tensor, "step label"],
    outputs: Outputs,
) -> tuple[Float[Tensor, "label unit"], Float[Tensor, " label"]] | None:
    """Find the linear layer that makes the scores from the last hidden state.

    Args:
        network: to search.
        hidden_state: of the last layer.
        logits: that the network put out after each word; two labels may share one score, the
            other's being 0.
        outputs: what these were made from; of probabilities, rounding hides small logits.

    Returns:
        Its weight and bias, or None if no layer of the network makes just these predictions.

    Law:
        softmax(hidden_state · weight + bias) = softmax(logits), to rounding.
    """
    for weight, bias in _candidates(network, hidden_state.shape[1], logits.shape[1]):
        again = hidden_state @ weight.T + bias
        if outputs == "probabilities":
            same = torch.allclose(again.softmax(-1), logits.softmax(-1).float(), rtol=0, atol=1e-5)
        else:
            wanted = logits - logits.mean(-1, keepdim=True)  # a constant changes no prediction
            found = again - again.mean(-1, keepdim=True)
            close = _ROUNDING * float(wanted.abs().max()) + 1e-7
            same = bool((found - wanted).abs().max() <= close)
        if same:
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
