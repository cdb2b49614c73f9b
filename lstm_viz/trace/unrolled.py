"""The recurrence step by step, in autograd: where a gate, a unit or a state can be forced.

Slower than ``reconstruct``, but everything that comes later sees what is forced, and gradients
flow through it. The equations are those of ``cell``, one step at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.changes import Change, Changes, Squash
from lstm_viz.trace.force import Force
from lstm_viz.trace.kinds import Module, layers_in, mode_of
from lstm_viz.trace.reconstruct import Layers, final_gaps, gap, initial_states
from lstm_viz.trace.seen import Seen, States
from lstm_viz.trace.wanted import Wanted

Before = Mapping[str, Tensor]
Step = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a module, step by step.

    Attributes:
        layers: what every layer computed.
        hidden_state: what the last layer put out, both directions side by side.
        final: the states after the last step by name, (layer and direction, batch, unit).
        error: the largest difference from the module's own output and final states.
    """

    layers: Layers
    hidden_state: Tensor
    final: States
    error: float


def run(
    module: Module, seen: Seen, wanted: Wanted, forces: Sequence[Force], *, tapped: bool
) -> Run:
    """Run a module again, step by step.

    Args:
        module: that was called.
        seen: what its kernel read and put out in the call; not changed.
        wanted: what is kept.
        forces: what is forced, in order.
        tapped: whether the output is to be differentiable with respect to every quantity. The
            quantities are leaves then; else they depend on the weights and the input themselves.

    Returns:
        Arrays as those of ``reconstruct.rebuilt``. With no forces, ``error`` compares this run
        with the module's own output; with forces it means nothing.
    """
    found, errors = [], []
    final: dict[str, list[Tensor]] = {name: [] for name in seen.initial}
    exact = torch.promote_types(seen.hidden_state.dtype, torch.float32)
    features = seen.features.to(exact)
    for places in layers_in(module):
        hidden = []
        for place in places:
            weights = seen.weights_of(place, exact)
            read = seen.reversed(features) if place.backward else features
            initial = initial_states(seen, place, exact)
            acting = [f for f in forces if f.is_about(place)]
            changes = Changes(module, seen, place, acting, exact, tapped=tapped)
            quantities = _steps(mode_of(module), weights, read, initial, changes)
            if seen.ragged:
                real = seen.real(read)
                quantities = {name: array * real for name, array in quantities.items()}
            errors += final_gaps(seen, place, quantities)
            for name, states in final.items():
                states.append(seen.at_ends(quantities[name]))
            layer = wanted.kept(module, seen, place, weights, read, quantities, initial)
            found.append(changes.as_leaves(layer))
            put_out = quantities["hidden_state"]
            hidden.append(seen.reversed(put_out) if place.backward else put_out)
        features = torch.cat(hidden, dim=-1)
    errors.append(gap(features, seen.hidden_state.to(exact)))
    dtype = seen.hidden_state.dtype
    return Run(
        tuple(found),
        features.to(dtype),
        {name: torch.stack(states).to(dtype) for name, states in final.items()},
        float(torch.stack(errors).detach().max()),
    )


def recurrence(
    module: nn.RNNBase,
    features: Float[Tensor, "step batch feature"],
    recalled: Callable[[Tensor], Tensor],
) -> Float[Tensor, "step batch unit"]:
    """Run one layer in one direction in which every step recalls something else than it was told.

    Args:
        module: whose first layer runs, from states of 0; gradients flow into its weights.
        features: that it reads.
        recalled: what takes the place of h₍t−1₎ in the recurrent product, made of h₍t−1₎.

    Returns:
        The hidden state after each step.
    """
    weights = CellWeights.of(module.all_weights[0], biased=module.bias).to(features.dtype)
    blank = features.new_zeros(features.shape[1], module.hidden_size)
    initial = {"hidden_state": blank, "cell_state": blank}
    return _steps(mode_of(module), weights, features, initial, _unchanged, recalled)["hidden_state"]


def _unchanged(step: int, name: str, value: Tensor, squash: Squash | None = None) -> Tensor:
    del step, name
    return squash(value) if squash else value


def _as_told(hidden_state: Tensor) -> Tensor:
    return hidden_state


def _steps(
    mode: str,
    weights: CellWeights,
    features: Tensor,
    initial: Before,
    changes: Callable[..., Tensor],
    recalling: Callable[[Tensor], Tensor] = _as_told,
) -> Step:
    """Return every quantity at every step, (step, batch, unit)."""
    before: Before = initial
    steps: list[Step] = []
    for at, read in enumerate(linear(features, weights.from_input, weights.input_bias)):
        told = recalling(before["hidden_state"])
        recalled = linear(told, weights.from_hidden, weights.hidden_bias)
        steps.append(_STEPS[mode](weights, read, recalled, before, partial(changes, at)))
        before = steps[-1]
    return {name: torch.stack([step[name] for step in steps]) for name in steps[0]}


def _lstm(
    weights: CellWeights,
    read: Tensor,
    recalled: Tensor,
    before: Mapping[str, Tensor],
    change: Change,
) -> Step:
    i, f, g, o = (read + recalled).chunk(4, -1)
    i, f = change("input_gate", i, torch.sigmoid), change("forget_gate", f, torch.sigmoid)
    g, o = change("candidate", g, torch.tanh), change("output_gate", o, torch.sigmoid)
    cell = change("cell_state", f * before["cell_state"] + i * g)
    hidden = o * cell.tanh()
    if weights.projection is not None:
        hidden = hidden @ weights.projection.T
    return {
        "input_gate": i,
        "forget_gate": f,
        "candidate": g,
        "output_gate": o,
        "cell_state": cell,
        "hidden_state": change("hidden_state", hidden),
    }


def _gru(
    weights: CellWeights,
    read: Tensor,
    recalled: Tensor,
    before: Mapping[str, Tensor],
    change: Change,
) -> Step:
    del weights
    read_r, read_z, read_n = read.chunk(3, -1)
    recalled_r, recalled_z, recalled_n = recalled.chunk(3, -1)
    r = change("reset_gate", read_r + recalled_r, torch.sigmoid)
    z = change("update_gate", read_z + recalled_z, torch.sigmoid)
    n = change("candidate", read_n + r * recalled_n, torch.tanh)
    hidden = change("hidden_state", (1 - z) * n + z * before["hidden_state"])
    return {"reset_gate": r, "update_gate": z, "candidate": n, "hidden_state": hidden}


def _rnn(
    weights: CellWeights, read: Tensor, recalled: Tensor, before: Before, change: Change
) -> Step:
    del weights, before
    return {"hidden_state": change("hidden_state", read + recalled, torch.tanh)}


def _rnn_relu(
    weights: CellWeights, read: Tensor, recalled: Tensor, before: Before, change: Change
) -> Step:
    del weights, before
    return {"hidden_state": change("hidden_state", read + recalled, torch.relu)}


_STEPS = {"LSTM": _lstm, "GRU": _gru, "RNN_TANH": _rnn, "RNN_RELU": _rnn_relu}
