"""Which steps need not be computed again if a text begins like an earlier one?

If a network reads in one direction, no later word changes its states. So the steps that two texts
share are reused, and the rest is computed from the states after them.
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
        """Return the states after the last word, (layer, batch, unit) each."""
        return tuple(
            torch.tensor(
                np.stack([layer.quantities[name][-1:] for layer in self.layers]), device=device
            )
            for name in self.layers[0].initial  # in PyTorch's order
        )

    def then(self, rest: "Segment") -> "Segment":
        """Return this segment and the one computed from its last states as one."""
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
    """Return a value that changes when weights are replaced, or changed in place."""
    weights = [*network.parameters(), *network.buffers()]
    return tuple((id(one), 0 if one.is_inference() else one._version) for one in weights)


class TraceRegistry:
    """The traces that a classifier made and that still exist.

    They are known by identity: another model may have the same name and shape, and ``replace`` may
    have changed a trace.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        # What was read, and the weights' state then, by the trace's identity.
        self._numbers: dict[int, tuple[list[Any], Versions]] = {}

    def add(self, trace: TextTrace, numbers: Sequence[Any]) -> None:
        """Remember a trace, and the numbers that the network read at its steps."""
        self._numbers[id(trace)] = (list(numbers), versions_of(self._network))
        # It is forgotten when it is deleted, before another object can have its identity.
        finalize(trace, self._numbers.pop, id(trace), None).atexit = False

    def reusable_prefix(self, trace: TextTrace, encoded: EncodedText) -> Segment | None:
        """Return the steps of a trace that a text can reuse; None if there are none."""
        steps = self.shared_steps(trace, encoded.tokens, encoded.numbers)
        return Segment.beginning(trace, steps) if steps else None

    def shared_steps(
        self, trace: TextTrace, tokens: Sequence[Token], numbers: Sequence[Any]
    ) -> int:
        """Return how many steps a text shares with a trace: up to the first different word.

        Args:
            trace: any; one that was not added shares nothing.
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
