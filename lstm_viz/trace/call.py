"""What a recurrent module computed when it was called: once, or step by step in a loop."""

from dataclasses import dataclass, field
from math import isnan, nan

import torch
from jaxtyping import Int
from torch import Tensor

from lstm_viz.trace.layers import LayerTrace, PreActivation


@dataclass(frozen=True, slots=True)
class Call:
    """What a recurrent module computed when it was called once.

    Attributes:
        name: of the module inside the model; "" is the model itself.
        layers: layer 0 first, forward before backward; the arrays are (batch, step, unit), batch
            first whatever the module's own layout, and an unbatched input is a batch of 1.
        lengths: steps of each sequence; past its length everything is 0.
        error: the largest difference between what was rebuilt and the module's own output.
    """

    name: str
    layers: tuple[LayerTrace[Tensor], ...]
    lengths: Int[Tensor, " batch"]
    error: float


@dataclass(slots=True)
class Loop:
    """The calls of a cell in a plain loop, each with the states that the one before put out.

    Attributes:
        name: of the cell inside the model.
        steps: the calls, of one step each.
        put_out: the states that the last step put out.
    """

    name: str
    steps: list[Call] = field(default_factory=list)
    put_out: tuple[Tensor, ...] = ()
    _joined: Call | None = None

    def goes_on_with(self, states: tuple[Tensor, ...]) -> bool:
        """Whether a call with these states is the next step: they are the very same tensors."""
        return len(states) == len(self.put_out) > 0 and all(
            given is before for given, before in zip(states, self.put_out, strict=True)
        )

    def add(self, step: Call, put_out: tuple[Tensor, ...]) -> None:
        """Take one more step, and the states that it put out."""
        self.steps.append(step)
        self.put_out = put_out
        self._joined = None

    def call(self) -> Call:
        """Return all steps as one call."""
        if self._joined is None:
            layer = _one_after_the_other([step.layers[0] for step in self.steps])
            lengths = torch.full_like(self.steps[0].lengths, len(self.steps))
            errors = [step.error for step in self.steps]
            worst = nan if any(map(isnan, errors)) else max(errors)
            self._joined = Call(self.name, (layer,), lengths, worst)
        return self._joined


def _one_after_the_other(steps: list[LayerTrace[Tensor]]) -> LayerTrace[Tensor]:
    first = steps[0]
    quantities = {
        name: torch.cat([step.quantities[name] for step in steps], 1) for name in first.quantities
    }
    parts = {
        name: PreActivation(
            *(
                torch.cat([getattr(step.pre_activations[name], part) for step in steps], 1)
                for part in ("input", "recurrent", "bias")
            )
        )
        for name in first.pre_activations
    }
    return LayerTrace(first.layer, first.direction, quantities, first.initial, parts)
