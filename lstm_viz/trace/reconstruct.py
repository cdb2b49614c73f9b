"""What were the gates? Rebuilt exactly from what the kernel of a recurrent module read and put out.

A fused recurrent kernel shows its input and its hidden states, not its gates. But the hidden states
are all that its gates depend on besides the input: matrix products over all steps give every gate,
an elementwise scan the cell states of an LSTM, and the hidden states that follow must be those that
the layer itself put out. How far they are off is measured every time.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from lstm_viz.trace.cell import EQUATIONS, CellWeights
from lstm_viz.trace.kinds import Module, Place, layers_in, mode_of, width_of
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.seen import Seen
from lstm_viz.trace.wanted import Wanted

Layers = tuple[LayerTrace[Tensor], ...]


@torch.no_grad()
def rebuilt(module: Module, seen: Seen, wanted: Wanted) -> tuple[Layers, float]:
    """Rebuild what every layer of a module computed during one call.

    Args:
        module: that was called.
        seen: what its kernel read and put out.
        wanted: what is kept.

    Returns:
        The layers, forward before backward; arrays are (batch, step, unit), aligned to the input's
        steps, 0 past a length. And the largest difference from the module's own output, final
        states and (of inner layers) hidden states.
    """
    found, errors = [], []
    # Half precisions are rebuilt in float32: their own rounding would add up over the steps.
    exact = torch.promote_types(seen.hidden_state.dtype, torch.float32)
    features = seen.features.to(exact)
    for places in layers_in(module):
        hidden = []
        for place in places:
            weights = seen.weights_of(place, exact)
            read = seen.reversed(features) if place.backward else features
            initial = initial_states(seen, place, exact)
            put_out = _put_out(module, seen, place, weights, read, initial)
            quantities, again = EQUATIONS[mode_of(module)](weights, read, put_out, initial)
            if seen.ragged:
                real = seen.real(put_out)
                quantities = {name: array * real for name, array in quantities.items()}
                again = again * real
            errors += final_gaps(seen, place, {**quantities, "hidden_state": again})
            errors.append(gap(again, quantities["hidden_state"], spent=again))
            if place.last:
                # A copy: what becomes of the output later, in place, must not reach the recording.
                quantities["hidden_state"] = again.copy_(quantities["hidden_state"])
            found.append(wanted.kept(module, seen, place, weights, read, quantities, initial))
            put_out = quantities["hidden_state"]
            hidden.append(seen.reversed(put_out) if place.backward else put_out)
        features = torch.cat(hidden, dim=-1) if len(hidden) > 1 else hidden[0]
    return tuple(found), float(torch.stack(errors).max())


def initial_states(seen: Seen, place: Place, exact: torch.dtype) -> dict[str, Tensor]:
    """Return the states of a layer before its first step, as its own copies."""
    return {name: states[place.row].to(exact, copy=True) for name, states in seen.initial.items()}


def final_gaps(seen: Seen, place: Place, ours: Mapping[str, Tensor]) -> list[Tensor]:
    """Compare the states of a layer at the last steps with those that the module put out."""
    return [
        gap(seen.at_ends(ours[name]), states[place.row].to(ours[name].dtype))
        for name, states in seen.final.items()
    ]


def gap(ours: Tensor, theirs: Tensor, spent: Tensor | None = None) -> Tensor:
    """Return the largest difference; 0 where there is nothing to compare.

    Args:
        ours: one side.
        theirs: the other, of the same shape.
        spent: a tensor of that shape whose memory may be used.
    """
    if not ours.numel():
        return ours.new_zeros(())
    return torch.sub(ours, theirs, out=spent).abs_().max()


def _put_out(
    module: Module,
    seen: Seen,
    place: Place,
    weights: CellWeights,
    read: Tensor,
    initial: Mapping[str, Tensor],
) -> Tensor:
    """Return the hidden states of a layer, in the order in which it read."""
    if not place.last:
        return _run_alone(mode_of(module), weights, read, initial)
    width = width_of(module, "hidden_state")
    own = seen.hidden_state[..., width:] if place.backward else seen.hidden_state[..., :width]
    own = own.to(read.dtype)
    return seen.reversed(own) if place.backward else own


def _run_alone(
    mode: str, weights: CellWeights, features: Tensor, initial: Mapping[str, Tensor]
) -> Tensor:
    """Return the hidden states of an inner layer, which the fused module keeps to itself.

    A backward direction reads its sequences turned round, so that padding always comes last and
    one direction is all that is ever run.
    """
    parts = (
        weights.from_input,
        weights.from_hidden,
        weights.input_bias,
        weights.hidden_bias,
        weights.projection,
    )
    flat = [part for part in parts if part is not None]
    states = [initial[name][None] for name in ("hidden_state", "cell_state") if name in initial]
    start: Any = tuple(states) if len(states) > 1 else states[0]
    run: Any = getattr(torch, mode.lower())
    biased = weights.input_bias is not None
    hidden: Tensor = run(features, start, flat, biased, 1, 0.0, False, False, False)[0]
    return hidden
