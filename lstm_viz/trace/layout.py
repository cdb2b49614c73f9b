"""How did a kernel lay out its call? Brought into one layout, and written back in its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.kinds import Module, directions_of, mode_of, rows_of, width_of
from lstm_viz.trace.seen import STATES, Seen, States
from lstm_viz.trace.values import need_values


@dataclass(frozen=True, slots=True)
class Layout:
    """How a kernel laid out one call, so that it can be read, and written back.

    Attributes:
        packed: the packed sequence that the kernel read, if it was one.
        batch_first: whether the first axis is the batch.
        single: whether it is a cell's, which has no axis of steps.
    """

    packed: PackedSequence | None
    batch_first: bool
    single: bool

    def steps_first(self, values: Tensor) -> Tensor:
        """Return values as (step, batch, unit), 0 past the end of a sequence."""
        if self.packed is not None:
            padded: Tensor = pad_packed_sequence(self.packed._replace(data=values))[0]
            return padded
        if self.single:
            return values[None]
        return values.transpose(0, 1) if self.batch_first else values

    def lengths(self, features: Tensor) -> Int[Tensor, " batch"]:
        """Return how many steps each sequence has."""
        if self.packed is not None:
            return pad_packed_sequence(self.packed)[1]
        steps, batch = features.shape[:2]
        return torch.full((batch,), steps, dtype=torch.long)

    def states(self, values: Sequence[Tensor]) -> dict[str, Tensor]:
        """Return states as (layer and direction, batch, unit), in the order of the batch."""
        order = None if self.packed is None else self.packed.unsorted_indices
        if self.single:
            values = [state[None] for state in values]
        elif order is not None:
            values = [state.index_select(1, order) for state in values]
        return dict(zip(STATES, values, strict=False))

    def put_back(
        self, hidden: Tensor, final: States, lengths: Int[Tensor, " batch"]
    ) -> tuple[Tensor, ...]:
        """Return hidden and final states as the kernel itself puts them out."""
        states = [final[name] for name in STATES if name in final]
        if self.single:
            return tuple(state[0] for state in states)
        if self.packed is None:
            return (hidden.transpose(0, 1) if self.batch_first else hidden, *states)
        order = self.packed.sorted_indices
        if order is not None:
            hidden, lengths = hidden[:, order], lengths[order.to(lengths.device)]
            states = [state.index_select(1, order) for state in states]
        return (pack_padded_sequence(hidden, lengths).data, *states)


def layout_of(name: str, kernel: KernelCall, packed: Sequence[PackedSequence]) -> Layout:
    """Return how a kernel laid out its call.

    Args:
        name: of the module inside the model.
        kernel: the call.
        packed: the packed sequences that the module was given.

    Raises:
        UnsupportedModuleError: the order of a packed batch is not known.
    """
    if kernel.batch_sizes is None:
        return Layout(None, kernel.batch_first, kernel.single)
    for sequence in reversed(packed):
        if sequence.batch_sizes is kernel.batch_sizes:
            return Layout(sequence, batch_first=False, single=False)
    reason = (
        "it packs its input past PyTorch's own forward, so that nothing tells the batch's order"
    )
    raise UnsupportedModuleError(name, reason, "Pack the input before the module reads it.")


def seen(name: str, module: Module, kernel: KernelCall, layout: Layout) -> Seen:
    """Bring one call of a kernel into one layout.

    Raises:
        UnsupportedModuleError: nothing was read, no values are there, dropout acted between the
            layers, or the kernel is another one than the module's class says.
    """
    need_values(name, kernel.output[0])
    if kernel.dropout:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)
    features, hidden = layout.steps_first(kernel.input), layout.steps_first(kernel.output[0])
    lengths = layout.lengths(features)
    final = layout.states(kernel.states_of(None))
    initial = layout.states(kernel.initial)
    _check_shapes(name, module, kernel, hidden, initial)
    return Seen(
        features,
        lengths,
        hidden,
        initial,
        final,
        _weights(module, kernel),
        ragged=layout.packed is not None and bool((lengths < len(features)).any()),
    )


def _check_shapes(
    name: str, module: Module, kernel: KernelCall, hidden: Tensor, initial: Mapping[str, Tensor]
) -> None:
    """Refuse a subclass that runs another kernel than its class and its sizes say."""
    rows, (_, batch, width), own = rows_of(module), hidden.shape, width_of(module, "hidden_state")
    right = (
        kernel.mode == mode_of(module)
        and kernel.single == isinstance(module, nn.RNNCellBase)
        and width == own * directions_of(module)
        and initial["hidden_state"].shape == (rows, batch, own)
        and ("cell_state" not in initial or initial["cell_state"].shape[2] == module.hidden_size)
    )
    if not right:
        reason = f"{type(module).__name__} computes something else than its class and sizes say"
        raise UnsupportedModuleError(name, reason, "Put what it adds into a module around it.")


def _weights(module: Module, kernel: KernelCall) -> tuple[CellWeights, ...]:
    rows, parts = rows_of(module), kernel.weights
    each = len(parts) // rows  # two matrices, perhaps two biases, perhaps a projection
    return tuple(
        CellWeights.of(parts[row * each : (row + 1) * each], biased=each >= 4)
        for row in range(rows)
    )
