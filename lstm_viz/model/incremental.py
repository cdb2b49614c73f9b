"""What need not be read again where a text begins like an earlier one?

A network that reads in one direction is, after a word, in states that no later word changes. So
the steps that two texts share are taken over, and the rest is read on from the states behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any
from weakref import finalize

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from lstm_viz.model.text_trace import Steps, TextTrace
from lstm_viz.model.tokenization import EncodedText
from lstm_viz.text import Token
from lstm_viz.trace import LayerTrace


@dataclass(frozen=True, slots=True)
class Segment:
    """What a network computed while it read some words in a row.

    Attributes:
        layers: what each layer computed; its ``initial`` states are those before these words.
        logits: after each of the words.
        error: the largest difference between what was rebuilt and the network's own output.
    """

    layers: tuple[LayerTrace[Steps], ...]
    logits: Float[Tensor, "step label"]
    error: float

    @classmethod
    def beginning(cls, trace: TextTrace, steps: int) -> "Segment":
        """Return the first steps of a trace; the arrays are shared, and as read-only as there.

        The error is that of the whole trace, since nobody knows at which step it was so large.
        """
        layers = tuple(
            replace(layer, quantities={name: a[:steps] for name, a in layer.quantities.items()})
            for layer in trace.layers
        )
        return cls(layers, torch.tensor(trace.logits[:steps]), trace.error)

    def states(self, device: torch.device) -> tuple[Tensor, ...]:
        """Return the states after the last of the words, (layer, batch, unit) each."""
        return tuple(
            torch.tensor(
                np.stack([layer.quantities[name][-1:] for layer in self.layers]), device=device
            )
            for name in self.layers[0].initial  # in PyTorch's order
        )

    def then(self, rest: "Segment") -> "Segment":
        """Return this segment and the one that was read on from its states as one."""
        layers = tuple(
            replace(
                layer,
                quantities={
                    name: _joined(array, after.quantities[name])
                    for name, array in layer.quantities.items()
                },
            )
            for layer, after in zip(self.layers, rest.layers, strict=True)
        )
        logits = torch.cat([self.logits, rest.logits])
        return Segment(layers, logits, float(np.maximum(self.error, rest.error)))  # NaN stays NaN


Versions = tuple[tuple[int, int], ...]


def versions_of(network: nn.Module) -> Versions:
    """Return what changes when weights are replaced, or changed in place as PyTorch sees it."""
    weights = [*network.parameters(), *network.buffers()]
    return tuple((id(one), 0 if one.is_inference() else one._version) for one in weights)


class TraceRegistry:
    """The traces that a classifier made, as long as anybody keeps them.

    Nothing that stands in a trace could tell: another model may have the same name and shape, and
    a trace may be changed with ``replace``. So the objects themselves are known.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        # What was read, and the weights' state then, by the trace's identity.
        self._numbers: dict[int, tuple[list[Any], Versions]] = {}

    def add(self, trace: TextTrace, numbers: Sequence[Any]) -> None:
        """Remember a trace, and the numbers that the network read at its steps."""
        self._numbers[id(trace)] = (list(numbers), versions_of(self._network))
        # It is forgotten when it ends, before another object can have its identity.
        finalize(trace, self._numbers.pop, id(trace), None).atexit = False

    def reusable_prefix(self, trace: TextTrace, encoded: EncodedText) -> Segment | None:
        """Return what of a trace need not be read again for a text, if there is such a thing."""
        steps = self.shared_steps(trace, encoded.tokens, encoded.numbers)
        return Segment.beginning(trace, steps) if steps else None

    def shared_steps(
        self, trace: TextTrace, tokens: Sequence[Token], numbers: Sequence[Any]
    ) -> int:
        """Return how many steps a text shares with a trace: its words up to the first other one.

        Args:
            trace: any; it shares nothing if it was not remembered.
            tokens: of the text.
            numbers: what the network reads at each.
        """
        before, versions = self._numbers.get(id(trace), ([], ()))
        if not before or versions != versions_of(self._network):
            return 0
        pairs = zip(before, numbers, trace.tokens, tokens, strict=False)
        same = takewhile(lambda pair: pair[0] == pair[1] and pair[2].known == pair[3].known, pairs)
        return sum(1 for _ in same)


def _joined(before: Steps, after: Steps) -> Steps:
    array = np.concatenate([before, after])
    array.flags.writeable = False  # traces are shared between sessions
    return array
