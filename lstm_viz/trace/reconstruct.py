"""What were the gates? Rebuilt exactly from what a hook saw of a fused layer.

A fused ``nn.LSTM`` shows its input and its hidden states, not its gates. But the hidden states
are all that its gates depend on besides the input: one matrix product gives every gate of every
step, an elementwise scan gives the cell states, and h = o · tanh(c) must give back the hidden
states that the layer itself put out. How far it is off is measured every time.
"""

from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from lstm_viz.trace.cell import CellWeights, cell_states, gates
from lstm_viz.trace.layers import LayerTrace


@dataclass(frozen=True, slots=True)
class Seen:
    """What a hook saw of one call of a module, brought into one layout.

    Attributes:
        features: what the module read.
        lengths: steps of each sequence.
        hidden_state: what its last layer put out; 0 past a length.
        initial_hidden, initial_cell: before the first step.
        final_hidden, final_cell: after the last step of each sequence.
        ragged: whether some sequence is shorter than the longest.
    """

    features: Float[Tensor, "step batch feature"]
    lengths: Int[Tensor, " batch"]
    hidden_state: Float[Tensor, "step batch output"]
    initial_hidden: Float[Tensor, "layer batch output"]
    initial_cell: Float[Tensor, "layer batch unit"]
    final_hidden: Float[Tensor, "layer batch output"]
    final_cell: Float[Tensor, "layer batch unit"]
    ragged: bool = field(init=False)

    def __post_init__(self) -> None:
        """Look at the lengths once."""
        object.__setattr__(self, "ragged", bool((self.lengths < len(self.features)).any()))


@torch.no_grad()
def layers_of(module: nn.LSTM, seen: Seen) -> tuple[tuple[LayerTrace[Tensor], ...], float]:
    """Rebuild everything that the layers of a module computed in one call.

    Args:
        module: one direction, any depth; no dropout between its layers.
        seen: what went in and came out.

    Returns:
        One trace per layer, batch first, 0 past a sequence's length; and the largest difference
        between what was rebuilt and what the module put out: the hidden state at every step of
        the last layer, the final hidden and cell states of all layers. NaN if any is.
    """
    found: list[LayerTrace[Tensor]] = []
    error = seen.hidden_state.new_zeros(())
    features = seen.features
    real = _real_steps(seen) if seen.ragged else None
    for layer in range(module.num_layers):
        weights = CellWeights.of(module, layer)
        initial = (seen.initial_hidden[layer], seen.initial_cell[layer])
        last = layer == module.num_layers - 1
        hidden = seen.hidden_state if last else _run_alone(module, layer, features, initial)
        quantities, rebuilt = _rebuild(weights, features, hidden, initial)
        if real is not None:
            quantities = {name: array * real for name, array in quantities.items()}
            rebuilt = rebuilt * real
        final_cell = _at_ends(quantities["cell_state"], seen)
        final_hidden = _at_ends(rebuilt, seen)
        for ours, theirs in (
            (rebuilt, quantities["hidden_state"]),
            (final_hidden, seen.final_hidden[layer]),
            (final_cell, seen.final_cell[layer]),
        ):
            if ours.numel():
                error = torch.maximum(error, (ours - theirs).abs().max())
        found.append(_batch_first(layer, quantities, initial))
        features = hidden
    return tuple(found), float(error)


def _rebuild(
    weights: CellWeights, features: Tensor, hidden: Tensor, initial: tuple[Tensor, Tensor]
) -> tuple[dict[str, Tensor], Tensor]:
    """Return the six quantities of a layer, and the hidden states that follow from them."""
    i, f, g, o = gates(weights, features, hidden, initial[0])
    cell = cell_states(f, i * g, initial[1])
    rebuilt = o * cell.tanh()
    if weights.projection is not None:
        rebuilt = rebuilt @ weights.projection.T
    quantities = {
        "input_gate": i,
        "forget_gate": f,
        "candidate": g,
        "output_gate": o,
        "cell_state": cell,
        "hidden_state": hidden,
    }
    return quantities, rebuilt


def _run_alone(
    module: nn.LSTM, layer: int, features: Tensor, initial: tuple[Tensor, Tensor]
) -> Tensor:
    """Return the hidden states of an inner layer, which the fused module keeps to itself."""
    weights: list[Tensor] = list(module.all_weights[layer])
    start = (initial[0][None], initial[1][None])
    outcome: tuple[Tensor, ...] = torch.lstm(
        features, start, weights, module.bias, 1, 0.0, False, False, False
    )
    return outcome[0]


def _real_steps(seen: Seen) -> Tensor:
    steps = torch.arange(len(seen.features), device=seen.features.device)
    lengths = seen.lengths.to(seen.features.device)
    return (steps[:, None] < lengths).to(seen.features.dtype)[:, :, None]


def _at_ends(states: Tensor, seen: Seen) -> Tensor:
    if not seen.ragged:
        return states[-1]
    rows = torch.arange(states.shape[1], device=states.device)
    return states[seen.lengths.to(states.device) - 1, rows]


def _batch_first(
    layer: int, quantities: dict[str, Tensor], initial: tuple[Tensor, Tensor]
) -> LayerTrace[Tensor]:
    return LayerTrace(
        layer,
        "forward",
        {name: array.transpose(0, 1) for name, array in quantities.items()},
        {"hidden_state": initial[0], "cell_state": initial[1]},
    )
