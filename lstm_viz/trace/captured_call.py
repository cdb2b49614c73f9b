"""One call of a recurrent module, in one layout whatever the module's own."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lstm_viz.trace.cells import Cell, CellWeights
from lstm_viz.trace.cells.cell import States
from lstm_viz.trace.modules import LayerSlot


@dataclass(frozen=True, slots=True)
class LayerInput:
    """What one layer reads in one direction, in the order in which it reads.

    Attributes:
        slot: its place in the module.
        weights: in the dtype in which it is computed again, like all tensors here.
        features: what it reads.
        initial: its states before the first step by name; copies.
        output: its part of the module's own output; None for an inner layer.
    """

    slot: LayerSlot
    weights: CellWeights
    features: Float[Tensor, "step batch feature"]
    initial: States
    output: Float[Tensor, "step batch output"] | None


@dataclass(frozen=True, slots=True)
class CapturedCall:
    """The input and output of a module in one call.

    Attributes:
        cell: the kind of cell that the module computes.
        features: input of the module.
        lengths: steps of each sequence.
        hidden_state: output of its last layer; 0 past a length; both directions side by side.
        initial: states before the first step by name, (layer and direction, batch, unit).
        final: states after the last step, likewise.
        weights: that it used, for each layer and direction.
        ragged: whether some sequence is shorter than the longest.
    """

    cell: Cell
    features: Float[Tensor, "step batch feature"]
    lengths: Int[Tensor, " batch"]
    hidden_state: Float[Tensor, "step batch output"]
    initial: States
    final: States
    weights: tuple[CellWeights, ...]
    ragged: bool

    @property
    def dtype(self) -> torch.dtype:
        """The dtype of the module's output."""
        return self.hidden_state.dtype

    @property
    def exact_dtype(self) -> torch.dtype:
        """The dtype in which the call is computed again.

        Half precisions are computed in float32: their rounding would add up over the steps.
        """
        return torch.promote_types(self.dtype, torch.float32)

    def layer_input(
        self, slot: LayerSlot, features: Float[Tensor, "step batch feature"]
    ) -> LayerInput:
        """Return what one layer reads in one direction.

        Args:
            slot: its place in the module.
            features: input of the module, or output of the layer before, in the input's order.
        """
        exact = self.exact_dtype
        initial = {name: of[slot.row].to(exact, copy=True) for name, of in self.initial.items()}
        weights = self.weights[slot.row].to(exact)
        features = self.in_reading_order(features, slot)
        output = self._output_of(slot) if slot.last else None
        return LayerInput(slot, weights, features, initial, output)

    def _output_of(self, slot: LayerSlot) -> Tensor:
        width = self.initial["hidden_state"].shape[-1]
        own = self.hidden_state[..., width:] if slot.backward else self.hidden_state[..., :width]
        return self.in_reading_order(own.to(self.exact_dtype), slot)

    def in_reading_order(self, values: Tensor, slot: LayerSlot) -> Tensor:
        """Reverse the real steps of each sequence for a backward layer; its own inverse."""
        return self.reversed(values) if slot.backward else values

    def reversed(self, values: Tensor) -> Tensor:
        """Reverse the real steps of each sequence; its own inverse."""
        if not self.ragged:
            return values.flip(0)
        steps = torch.arange(len(values), device=values.device)[:, None]
        lengths = self.lengths.to(values.device)
        order = torch.where(steps < lengths, lengths - 1 - steps, steps)
        return values.gather(0, order[:, :, None].expand_as(values))

    def mask(self, like: Tensor) -> Float[Tensor, "step batch 1"]:
        """Return 1 at each real step of each sequence and 0 past its length."""
        steps = torch.arange(len(self.features), device=like.device)[:, None]
        return (steps < self.lengths.to(like.device)).to(like.dtype)[:, :, None]

    def last_step(self, states: Float[Tensor, "step batch unit"]) -> Float[Tensor, "batch unit"]:
        """Return the states after the last real step of each sequence."""
        if not self.ragged:
            return states[-1]
        rows = torch.arange(states.shape[1], device=states.device)
        return states[self.lengths.to(states.device) - 1, rows]
