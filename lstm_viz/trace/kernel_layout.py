"""From the layout of a kernel's call to one layout for all, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.captured_call import CapturedCall
from lstm_viz.trace.cells import CELLS, Cell, CellWeights
from lstm_viz.trace.cells.cell import States
from lstm_viz.trace.concrete_values import require_values
from lstm_viz.trace.kernel import KernelCall
from lstm_viz.trace.modules import Module, cell_of, directions_of, rows_of, width_of


@dataclass(frozen=True, slots=True)
class KernelLayout:
    """How a kernel laid out one call: to read it, and to write it back.

    Attributes:
        cell: the kind of cell that it computes.
        packed: the packed sequence that the kernel read, if it was one.
        batch_first: whether the first axis is the batch.
        single: whether it computes a single step, without an axis of steps.
    """

    cell: Cell
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
        return dict(zip(self.cell.states, values, strict=True))

    def kernel_output(
        self, hidden: Tensor, final: States, lengths: Int[Tensor, " batch"]
    ) -> tuple[Tensor, ...]:
        """Return hidden and final states in the form of the kernel's own output."""
        states = [final[name] for name in self.cell.states]
        if self.single:
            return tuple(state[0] for state in states)
        if self.packed is None:
            return (hidden.transpose(0, 1) if self.batch_first else hidden, *states)
        order = self.packed.sorted_indices
        if order is not None:
            hidden, lengths = hidden[:, order], lengths[order.to(lengths.device)]
            states = [state.index_select(1, order) for state in states]
        return (pack_padded_sequence(hidden, lengths).data, *states)


def layout_of(name: str, kernel: KernelCall, packed: Sequence[PackedSequence]) -> KernelLayout:
    """Return the layout of a kernel's call.

    Args:
        name: of the module inside the model.
        kernel: the call.
        packed: the packed sequences that were passed to the module.

    Raises:
        UnsupportedModuleError: the order of a packed batch is unknown.
    """
    cell = CELLS[kernel.mode]
    if kernel.batch_sizes is None:
        return KernelLayout(cell, None, kernel.batch_first, kernel.single)
    for sequence in reversed(packed):
        if sequence.batch_sizes is kernel.batch_sizes:
            return KernelLayout(cell, sequence, batch_first=False, single=False)
    reason = (
        "it packs its input past PyTorch's own forward, so that nothing tells the batch's order"
    )
    raise UnsupportedModuleError(name, reason, "Pack the input before the module reads it.")


def captured_call(
    name: str, module: Module, kernel: KernelCall, layout: KernelLayout
) -> CapturedCall:
    """Bring one call of a kernel into the common layout.

    Raises:
        UnsupportedModuleError: there are no values, dropout acted between the layers, or the kernel
            does not match the module's class.
    """
    require_values(name, kernel.output[0])
    if kernel.dropout:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)
    features, hidden = layout.steps_first(kernel.input), layout.steps_first(kernel.output[0])
    lengths = layout.lengths(features)
    final = layout.states(kernel.final_states())
    initial = layout.states(kernel.initial)
    _check_shapes(name, module, kernel, hidden, initial)
    return CapturedCall(
        layout.cell,
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
    """Refuse a subclass that calls a kernel that its class or its sizes do not suggest."""
    rows, (_, batch, width), own = rows_of(module), hidden.shape, width_of(module, "hidden_state")
    right = (
        kernel.mode == cell_of(module).mode
        and kernel.single == isinstance(module, nn.RNNCellBase)
        and width == own * directions_of(module)
        and all(
            state.shape == (rows, batch, width_of(module, name)) for name, state in initial.items()
        )
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
