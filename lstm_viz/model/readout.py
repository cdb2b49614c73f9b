"""Is the prediction a weighted sum of the last hidden state? Then each unit has a vote."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.arrays import read_only
from lstm_viz.model.network import Network
from lstm_viz.model.scores import Outputs

_ROUNDING = 1e-4  # relative to the largest logit


class Readout(NamedTuple):
    """How the logits follow from the hidden state of the last layer.

    Attributes:
        weight: of each unit for each label.
        bias: of each label.
    """

    weight: Float[np.ndarray, "label unit"]
    bias: Float[np.ndarray, " label"]


class ReadoutFinder:
    """Finds the linear layer that makes the scores from the last hidden state.

    The layer is remembered; its weights are read each time, since they may be trained.
    """

    def __init__(self, network: nn.Module, labels: int, outputs: Outputs) -> None:
        """Take the network; the layer of a ``Network`` is known without a search.

        Args:
            network: to search.
            labels: number of labels; two may share one score, the first one's being 0.
            outputs: from which the logits are made; with probabilities, rounding hides small ones.
        """
        self._network, self._labels, self._outputs = network, labels, outputs
        self._found = _built_in(network)

    @property
    def readout(self) -> Readout | None:
        """The weights of the layer as they are now; None if none is known yet."""
        known = self._remembered_layer()
        parts = None if known is None else _parts(known, self._labels)
        return Readout(*map(read_only, parts)) if parts else None

    def fitting(
        self, hidden_state: Float[np.ndarray, "step unit"], logits: Float[Tensor, "step label"]
    ) -> tuple[Readout | None, float]:
        """Return the layer that makes these logits, if there is one, and its error.

        Args:
            hidden_state: of the last layer.
            logits: that the network put out after each word.

        Returns:
            Its weights; and the largest difference from the logits, apart from a constant. For
            probabilities it is 0, since their logarithm mostly shows rounding.

        Law:
            softmax(hidden_state · weight + bias) = softmax(logits), to rounding.
        """
        hidden = torch.tensor(hidden_state)
        for module in self._candidates():
            parts = _parts(module, self._labels)
            if parts and parts[0].shape[1] == hidden.shape[1]:
                again = hidden @ parts[0].T + parts[1]
                if self._fits(again, logits):
                    self._found = module
                    gap = 0.0 if self._outputs == "probabilities" else _gap(again, logits)
                    return Readout(*map(read_only, parts)), gap
        self._found = None  # what fitted an earlier text did so by chance, or is not used now
        return None, 0.0

    def _candidates(self) -> Iterator[nn.Linear]:
        known = self._remembered_layer()
        if known is not None:
            yield known
        for module in self._network.modules():
            if isinstance(module, nn.Linear) and module is not known:
                yield module

    def _remembered_layer(self) -> nn.Linear | None:
        """Return the layer that was found, if it is still a part of the network."""
        parts = self._network.modules()
        return self._found if any(module is self._found for module in parts) else None

    def _fits(self, again: Tensor, logits: Tensor) -> bool:
        if self._outputs == "probabilities":
            found, wanted = again.softmax(-1), logits.softmax(-1).float()
            return torch.allclose(found, wanted, rtol=0, atol=1e-5)
        wanted = logits - logits.mean(-1, keepdim=True)  # a constant changes no prediction
        found = again - again.mean(-1, keepdim=True)
        close = _ROUNDING * float(wanted.abs().max()) + 1e-7
        return bool((found - wanted).abs().max() <= close)


def _built_in(network: nn.Module) -> nn.Linear | None:
    """Return the read-out of a ``Network``, if it reads the last hidden state."""
    if type(network) is not Network or network.dense is not None or network.looks_ahead:
        return None
    return network.readout if type(network.readout) is nn.Linear else None


def _gap(again: Tensor, logits: Tensor) -> float:
    """Return the largest error of logits, apart from a constant, which changes no prediction."""
    return float((again.log_softmax(-1) - logits.log_softmax(-1)).abs().max())


def _parts(module: nn.Linear, labels: int) -> tuple[Tensor, Tensor] | None:
    """Return weight and bias for each label, if the layer has the right number of scores."""
    weight = module.weight.detach().cpu().float()
    bias = weight.new_zeros(len(weight)) if module.bias is None else module.bias.detach().cpu()
    if (len(weight), labels) == (1, 2):
        zero = torch.zeros_like(weight)
        return torch.cat([zero, weight]), torch.cat([zero[0, :1], bias.float()])
    return (weight, bias.float()) if len(weight) == labels else None
