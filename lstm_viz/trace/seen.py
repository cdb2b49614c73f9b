"""What did a hook see of one call? Brought into one layout, whatever the module's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.kinds import Module, directions_of, quantities_of, rows_of, width_of

States = Mapping[str, Tensor]
GivenStates = Tensor | Sequence[Tensor]

_STATES = ("hidden_state", "cell_state")  # in the order in which PyTorch gives them


@dataclass(frozen=True, slots=True)
class Seen:
    """What a hook saw of one call of a module, brought into one layout.

    Attributes:
        features: what the module read.
        lengths: steps of each sequence.
        hidden_state: what its last layer put out; 0 past a length; both directions side by side.
        initial: states before the first step by name, (layer and direction, batch, unit).
        final: states after the last step, likewise; none where the module does not tell.
        ragged: whether some sequence is shorter than the longest.
    """

    features: Float[Tensor, "step batch feature"]
    lengths: Int[Tensor, " batch"]
    hidden_state: Float[Tensor, "step batch output"]
    initial: States
    final: States
    ragged: bool

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


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a recurrent module, under PyTorch's own names."""

    input: Tensor | PackedSequence
    hx: GivenStates | None = None


def arguments_of(
    name: str, module: Module, inputs: tuple[Any, ...], named: dict[str, Any]
) -> Arguments:
    """Return what a module was called with.

    Raises:
        UnsupportedModuleError: a subclass takes other arguments than PyTorch's own class.
    """
    try:
        return Arguments(*inputs, **named)
    except TypeError as error:
        raise _other_arguments(name, module) from error


def seen(name: str, module: Module, arguments: Arguments, output: Any) -> Seen:  # noqa: ANN401  (see below)
    """Bring one call into one layout.

    Args:
        name: of the module inside the model.
        module: a fused module, or a cell, whose call is a single step.
        arguments: that it was called with.
        output: of a fused module the hidden states and the last states (a subclass may keep those
            to itself); of a cell its states.

    Raises:
        UnsupportedModuleError: a subclass puts out something else.
    """
    if isinstance(module, nn.RNNCellBase):
        final = _named(output, batched=2)
        features = _batched(cast(Tensor, arguments.input), 2)[None]
        lengths = torch.ones(features.shape[1], dtype=torch.long)
        hidden = final["hidden_state"]
        initial = _named(arguments.hx, batched=2)
    else:
        put_out, states = output if _is_pair(output) else (output, None)
        features, lengths = _laid_out(module, arguments.input)
        hidden, _ = _laid_out(module, put_out)
        final, initial = _named(states, batched=3), _named(arguments.hx, batched=3)
    width = width_of(module, "hidden_state") * directions_of(module)
    if hidden.shape != (*features.shape[:2], width):
        reason = f"{type(module).__name__}.forward puts out something else than its base class"
        remedy = "Put what it adds into a module around it."
        raise UnsupportedModuleError(name, reason, remedy)
    zeros = _zeros(module, hidden)
    if initial and any(initial[key].shape != state.shape for key, state in zeros.items()):
        raise _other_arguments(name, module)
    packed = isinstance(arguments.input, PackedSequence)
    ragged = packed and bool((lengths < len(features)).any())
    return Seen(features, lengths, hidden, initial or zeros, final, ragged)


def in_the_form_of(
    output: Any,  # noqa: ANN401  (what the module itself put out)
    module: Module,
    call: Seen,
    hidden: Tensor,
    final: States,
) -> Any:  # noqa: ANN401
    """Return other hidden and final states in the form in which a module put out its own."""
    if isinstance(module, nn.RNNCellBase):
        states = [
            final[name][0] if given.dim() == 2 else final[name][0, 0]
            for name, given in zip(_STATES, listed(output), strict=False)
        ]
        return tuple(states) if len(states) > 1 else states[0]
    put_out, given_states = output if _is_pair(output) else (output, None)
    values = _put_back(module, hidden, put_out, call.lengths)
    if given_states is None:
        return values
    states = [
        final[name] if given.dim() == 3 else final[name][:, 0]
        for name, given in zip(_STATES, listed(given_states), strict=False)
    ]
    return values, tuple(states) if len(states) > 1 else states[0]


def listed(states: GivenStates | None) -> tuple[Tensor, ...]:
    """Return states as they are given: an LSTM has two, the others one, or there are none."""
    if states is None:
        return ()
    return (states,) if isinstance(states, Tensor) else tuple(states)


def _other_arguments(name: str, module: Module) -> UnsupportedModuleError:
    reason = f"{type(module).__name__}.forward takes other arguments than its base class"
    return UnsupportedModuleError(name, reason, "Put what it adds into a module around it.")


def _is_pair(output: object) -> bool:
    return isinstance(output, tuple) and not isinstance(output, PackedSequence) and len(output) == 2


def _laid_out(module: nn.RNNBase, values: Tensor | PackedSequence) -> tuple[Tensor, Tensor]:
    """Return values steps first, padded and batched, and how many steps each sequence has."""
    if isinstance(values, PackedSequence):
        return pad_packed_sequence(values)
    if values.dim() == 2:
        values = values.unsqueeze(1)
    elif module.batch_first:
        values = values.transpose(0, 1)
    return values, torch.full((values.shape[1],), len(values), dtype=torch.long)


def _put_back(
    module: nn.RNNBase, values: Tensor, like: Tensor | PackedSequence, lengths: Tensor
) -> Tensor | PackedSequence:
    """Undo what ``_laid_out`` did."""
    if isinstance(like, PackedSequence):
        order = like.sorted_indices
        if order is not None:
            values, lengths = values[:, order], lengths[order.to(lengths.device)]
        packed = pack_padded_sequence(values, lengths)
        return like._replace(data=packed.data)
    if like.dim() == 2:
        return values[:, 0]
    return values.transpose(0, 1) if module.batch_first else values


def _named(states: GivenStates | None, batched: int) -> dict[str, Tensor]:
    """Return states by name, batched and with one row per layer and direction."""
    return {
        name: state[None] if batched == 2 else state
        for name, state in zip(
            _STATES, (_batched(state, batched) for state in listed(states)), strict=False
        )
    }


def _batched(values: Tensor, dimensions: int) -> Tensor:
    return values if values.dim() == dimensions else values.unsqueeze(dimensions - 2)


def _zeros(module: Module, like: Tensor) -> dict[str, Tensor]:
    return {
        name: like.new_zeros(rows_of(module), like.shape[1], width_of(module, name))
        for name in _STATES
        if name in quantities_of(module)
    }
