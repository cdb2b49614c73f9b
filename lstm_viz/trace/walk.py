"""A recurrent module, computed again layer by layer and direction by direction.

How a layer is computed is up to the caller: all steps at once (``reconstruct``), or one after the
other (``unrolled``). What it reads, what is kept of it, and how far it is from the module's own
output is the same for both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from lstm_viz.trace.capture_options import CaptureOptions
from lstm_viz.trace.captured_call import CapturedCall, LayerInput
from lstm_viz.trace.cells.cell import Quantities, States
from lstm_viz.trace.layer_trace import LayerTrace
from lstm_viz.trace.modules import LayerSlot, Module, layers_in


@dataclass(frozen=True, slots=True)
class LayerOutput:
    """What a layer computed in one direction, in the order in which it reads.

    Attributes:
        quantities: by name, (step, batch, unit); may hold anything past a length.
        rebuilt: the hidden states that follow from rebuilt gates, where those among the quantities
            are the module's own; its memory is used up. None where all was computed anew.
    """

    quantities: Quantities
    rebuilt: Float[Tensor, "step batch output"] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A module, computed again.

    Attributes:
        layers: forward before backward; arrays are (batch, step, unit), aligned to the input's
            steps, 0 past a length.
        hidden_state: output of the last layer, both directions side by side.
        final: the states after the last step by name, (layer and direction, batch, unit).
        error: the largest difference from the module's own output and final states.
    """

    layers: tuple[LayerTrace[Tensor], ...]
    hidden_state: Float[Tensor, "step batch output"]
    final: States
    error: float


def walk(
    module: Module,
    call: CapturedCall,
    options: CaptureOptions,
    compute: Callable[[LayerInput], LayerOutput],
) -> Run:
    """Compute a module again, feeding each layer with the output of the layer before it.

    Args:
        module: that was called.
        call: the input and output of its kernel; not changed.
        options: what is kept.
        compute: called for each layer and direction, forward before backward.
    """
    layers: list[LayerTrace[Tensor]] = []
    errors: list[Tensor] = []
    final: dict[str, list[Tensor]] = {name: [] for name in call.initial}
    features = call.features.to(call.exact_dtype)
    for slots in layers_in(module):
        outputs = []
        for slot in slots:
            inputs = call.layer_input(slot, features)
            quantities, gaps = _checked(call, inputs, compute(inputs))
            errors += gaps
            for name, states in final.items():
                states.append(call.last_step(quantities[name]))
            layers.append(options.layer_trace(call, inputs, quantities))
            outputs.append(call.in_reading_order(quantities["hidden_state"], slot))
        features = torch.cat(outputs, dim=-1)  # a copy, also of one: what follows may change it
    return Run(
        tuple(layers),
        features.to(call.dtype),
        {name: torch.stack(states).to(call.dtype) for name, states in final.items()},
        float(torch.stack(errors).detach().max()),
    )


def _checked(
    call: CapturedCall, inputs: LayerInput, computed: LayerOutput
) -> tuple[Quantities, list[Tensor]]:
    """Return what a layer computed, 0 past a length, and its differences from the module's own."""
    quantities, rebuilt = computed.quantities, computed.rebuilt
    if call.ragged:
        mask = call.mask(inputs.features)
        quantities = {name: values * mask for name, values in quantities.items()}
        rebuilt = None if rebuilt is None else rebuilt * mask
    hidden = quantities["hidden_state"]
    followed = hidden if rebuilt is None else rebuilt
    gaps = _final_gaps(call, inputs.slot, {**quantities, "hidden_state": followed})
    if rebuilt is not None:
        gaps.append(_largest_gap(rebuilt, hidden, out=rebuilt))
        if inputs.slot.last:
            # A copy: later changes in place of the module's output must not reach the recording.
            quantities = {**quantities, "hidden_state": rebuilt.copy_(hidden)}
    elif inputs.output is not None:
        gaps.append(_largest_gap(hidden, inputs.output))
    return quantities, gaps


def _final_gaps(
    call: CapturedCall, slot: LayerSlot, quantities: Mapping[str, Tensor]
) -> list[Tensor]:
    """Compare the states after the last step with the module's own."""
    return [
        _largest_gap(call.last_step(quantities[name]), states[slot.row].to(quantities[name].dtype))
        for name, states in call.final.items()
    ]


def _largest_gap(ours: Tensor, theirs: Tensor, out: Tensor | None = None) -> Tensor:
    """Return the largest difference; 0 where there is nothing to compare."""
    if not ours.numel():
        return ours.new_zeros(())
    return torch.sub(ours, theirs, out=out).abs_().max()
