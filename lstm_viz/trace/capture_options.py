"""What is kept of a layer, and in which form?"""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from lstm_viz.trace.captured_call import CapturedCall, LayerInput
from lstm_viz.trace.cells.cell import before_each_step
from lstm_viz.trace.layer_trace import LayerTrace


@dataclass(frozen=True, slots=True)
class CaptureOptions:
    """What is kept of each layer.

    Attributes:
        quantities: names of those to keep; None for all.
        pre_activations: whether the parts of what went into each activation are kept too.
    """

    quantities: frozenset[str] | None = None
    pre_activations: bool = False

    def layer_trace(
        self,
        call: CapturedCall,
        inputs: LayerInput,
        quantities: Mapping[str, Tensor],
    ) -> LayerTrace[Tensor]:
        """Return what is kept of one layer in one direction, batch first, in the input's order.

        Args:
            call: of the module.
            inputs: of the layer.
            quantities: what it computed, in the order in which it reads; 0 past a length.
        """
        slot, initial = inputs.slot, inputs.initial
        # A selection is copied out of the memory that it shares with what is not kept.
        selected = self.quantities is not None
        names = quantities if self.quantities is None else self.quantities & quantities.keys()

        def batch_first(values: Tensor) -> Tensor:
            aligned = call.in_reading_order(values, slot)
            return aligned.transpose(0, 1).to(call.dtype, copy=selected)

        parts = {}
        if self.pre_activations:
            before = before_each_step(quantities["hidden_state"], initial["hidden_state"])
            parts = call.cell.pre_activations(inputs.weights, inputs.features, before, quantities)
            if call.ragged:
                mask = call.mask(before)
                parts = {name: part.map(lambda array: array * mask) for name, part in parts.items()}
        return LayerTrace(
            slot.layer,
            slot.direction,
            {name: batch_first(a) for name, a in quantities.items() if name in names},
            {name: state.to(call.dtype) for name, state in initial.items()},
            {name: part.map(batch_first) for name, part in parts.items()},
        )
