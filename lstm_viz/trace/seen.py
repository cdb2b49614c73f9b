"""What happened in one call of a module? Brought into one layout, whatever the module's own."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.kinds import Place

States = Mapping[str, Tensor]

STATES = ("hidden_state", "cell_state")  # in the order in which PyTorch gives them


@dataclass(frozen=True, slots=True)
class Seen:
    """One call of a module, brought into one layout.

    Attributes:
        features: what the module read.
        lengths: steps of each sequence.
        hidden_state: what its last layer put out; 0 past a length; both directions side by side.
        initial: states before the first step by name, (layer and direction, batch, unit).
        final: states after the last step, likewise.
        weights: that it used, for each layer and direction.
        ragged: whether some sequence is shorter than the longest.
    """

    features: Float[Tensor, "step batch feature"]
    lengths: Int[Tensor, " batch"]
    hidden_state: Float[Tensor, "step batch output"]
    initial: States
    final: States
    weights: tuple[CellWeights, ...]
    ragged: bool

    def weights_of(self, place: Place, dtype: torch.dtype) -> CellWeights:
        """Return the weights of one layer in one direction, to compute in a dtype."""
        return self.weights[place.row].to(dtype)

    def reversed(self, values: Tensor) -> Tensor:
        """Turn the real steps of each sequence round; its own inverse."""
        if not self.ragged:
            return values.flip(0)
        steps = torch.arange(len(values), device=values.device)[:, None]
        lengths = self.lengths.to(values.device)
        order = torch.where(steps < lengths, lengths - 1 - steps, steps)
        return values.gather(0, order[:, :, None].expand_as(values))

    def real(self, like: Tensor) -> Tensor:
        """Return 1 at each real step of each sequence and 0 past it."""
        steps = torch.arange(len(self.features), device=like.device)[:, None]
        return (steps < self.lengths.to(like.device)).to(like.dtype)[:, :, None]

    def at_ends(self, states: Tensor) -> Tensor:
        """Return the states at the last real step of each sequence."""
        if not self.ragged:
            return states[-1]
        rows = torch.arange(states.shape[1], device=states.device)
        return states[self.lengths.to(states.device) - 1, rows]
