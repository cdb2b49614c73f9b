"""What is kept of a layer, and in which form?"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.kinds import Module, Place, mode_of
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.pre_activations import pre_activations
from lstm_viz.trace.seen import Seen


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is kept of a layer.

    Attributes:
        quantities: names of those to keep; None for all.
        pre_activations: whether the parts of what went into each activation are kept too.
    """

    quantities: frozenset[str] | None = None
    pre_activations: bool = False

    def kept(
        self,
        module: Module,
        seen: Seen,
        place: Place,
        weights: CellWeights,
        features: Tensor,
        quantities: Mapping[str, Tensor],
        initial: Mapping[str, Tensor],
    ) -> LayerTrace[Tensor]:
        """Return what is kept of one layer in one direction, batch first, in the input's order.

        Args:
            module: that the layer belongs to.
            seen: of the call.
            place: of the layer in the module.
            weights: of the layer.
            features: what it read, in the order in which it read; (step, batch, feature).
            quantities: what it computed, likewise; 0 past a length.
            initial: its states before the first step.
        """
        dtype = seen.hidden_state.dtype
        # A few of them are copied out of the memory that they share with those not wanted.
        alone = self.quantities is not None
        names = quantities if self.quantities is None else self.quantities & quantities.keys()

        def shown(values: Tensor) -> Tensor:
            turned = seen.reversed(values) if place.backward else values
            return turned.transpose(0, 1).to(dtype, copy=alone)

        parts = {}
        if self.pre_activations:
            before = torch.cat([initial["hidden_state"][None], quantities["hidden_state"][:-1]])
            parts = pre_activations(mode_of(module), weights, features, before, quantities)
            if seen.ragged:
                real = seen.real(before)
                parts = {name: part.map(lambda array: array * real) for name, part in parts.items()}
        return LayerTrace(
            place.layer,
            place.direction,
            {name: shown(a) for name, a in quantities.items() if name in names},
            {name: state.to(dtype) for name, state in initial.items()},
            {name: part.map(shown) for name, part in parts.items()},
        )
