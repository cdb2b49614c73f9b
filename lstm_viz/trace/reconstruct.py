"""What were the gates? Rebuilt exactly from what a hook saw of a fused layer.

A fused recurrent layer shows its input and its hidden states, not its gates. But the hidden states
are all that its gates depend on besides the input: matrix products over all steps give every gate,
an elementwise scan the cell states of an LSTM, and the hidden states that follow must be those that
the layer itself put out. How far they are off is measured every time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from lstm_viz.trace.cell import EQUATIONS, CellWeights
from lstm_viz.trace.layers import Direction, LayerTrace

_DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")
States = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a hook saw of one call of a module, brought into one layout.

    Attributes:
        features: what the module read.
        lengths: steps of each sequence.
        hidden_state: what its last layer put out; 0 past a length; both directions side by side.
        initial: states before the first step by name, (layer and direction, batch, unit).
        final: states after the last step, likewise.
        ragged: whether some sequence is shorter than the longest.
    """

    features: Float[Tensor, "step batch feature"]
    lengths: Int[Tensor, " batch"]
    hidden_state: Float[Tensor, "step batch output"]
    initial: States
    final: States
    ragged: bool = field(init=False)

    def __post_init__(self) -> None:
        """Look at the lengths once."""
        object.__setattr__(self, "ragged", bool((self.lengths < len(self.features)).any()))

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


@torch.no_grad()
def layers_of(module: nn.RNNBase, seen: Seen) -> tuple[tuple[LayerTrace[Tensor], ...], float]:
    """Rebuild everything that the layers of a module computed in one call.

    Args:
        module: of any kind, depth and number of directions; no dropout between its layers.
        seen: what went in and came out.

    Returns:
        One trace per layer and direction, batch first, 0 past a sequence's length; and the largest
        difference between what was rebuilt and what the module put out: the hidden state at every
        step of the last layer, the final states of all layers. NaN if any is.
    """
    found: list[LayerTrace[Tensor]] = []
    errors: list[Tensor] = []
    dtype = seen.hidden_state.dtype
    # Half precisions are rebuilt in float32: their own rounding would add up over the steps.
    exact = torch.promote_types(dtype, torch.float32)
    features = seen.features.to(exact)
    # A copy: what becomes of the output later, in place, must not reach the recording.
    outputs = seen.hidden_state.to(exact, copy=True).chunk(2 if module.bidirectional else 1, dim=-1)
    for layer in range(module.num_layers):
        last = layer == module.num_layers - 1
        hidden: list[Tensor] = []
        for way, direction in enumerate(_DIRECTIONS[: len(outputs)]):
            place = layer * len(outputs) + way
            backward = direction == "backward"
            read = seen.reversed(features) if backward else features
            initial = {
                name: states[place].to(exact, copy=True) for name, states in seen.initial.items()
            }
            weights = CellWeights.of(module, f"_l{layer}{'_reverse' * backward}", exact)
            if last:
                put_out = seen.reversed(outputs[way]) if backward else outputs[way]
            else:
                put_out = _run_alone(module.mode, weights, read, initial)
            quantities, rebuilt = EQUATIONS[module.mode](weights, read, put_out, initial)
            if seen.ragged:
                real = seen.real(put_out)
                quantities = {name: array * real for name, array in quantities.items()}
                rebuilt = rebuilt * real
            errors.append(_furthest(rebuilt, quantities["hidden_state"]))
            for name, states in seen.final.items():
                ends = seen.at_ends(rebuilt if name == "hidden_state" else quantities[name])
                errors.append(_furthest(ends, states[place].to(exact)))
            if backward:
                quantities = {name: seen.reversed(array) for name, array in quantities.items()}
            hidden.append(quantities["hidden_state"])
            trace = LayerTrace(layer, direction, quantities, initial)
            found.append(_batch_first(trace, dtype))
        features = torch.cat(hidden, dim=-1) if len(hidden) > 1 else hidden[0]
    return tuple(found), float(torch.stack(errors).max())


def _furthest(ours: Tensor, theirs: Tensor) -> Tensor:
    return (ours - theirs).abs().max() if ours.numel() else ours.new_zeros(())


def _run_alone(mode: str, weights: CellWeights, features: Tensor, initial: States) -> Tensor:
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


def _batch_first(trace: LayerTrace[Tensor], dtype: torch.dtype) -> LayerTrace[Tensor]:
    quantities = {name: a.transpose(0, 1).to(dtype) for name, a in trace.quantities.items()}
    initial = {name: state.to(dtype) for name, state in trace.initial.items()}
    return LayerTrace(trace.layer, trace.direction, quantities, initial)
