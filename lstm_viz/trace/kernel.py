"""What did PyTorch's own recurrent kernel read, and what did it put out?

Every recurrent module, and every subclass that adds something around one, ends in one function of
PyTorch's. Its arguments are the very weights, input and states that were used, whatever made them;
its output is the layer's own, before any hook or subclass has touched it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence
from torch.overrides import TorchFunctionMode

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.cell import CellWeights
from lstm_viz.trace.kinds import Module, directions_of, mode_of, rows_of, width_of
from lstm_viz.trace.seen import STATES, Seen, States
from lstm_viz.trace.values import need_values, without_transforms

# The functions in which PyTorch's modules end, by what they compute.
_FUSED: dict[Any, str] = {
    torch.lstm: "LSTM",
    torch.gru: "GRU",
    torch.rnn_tanh: "RNN_TANH",
    torch.rnn_relu: "RNN_RELU",
}
_CELLS: dict[Any, str] = {
    torch.lstm_cell: "LSTM",
    torch.gru_cell: "GRU",
    torch.rnn_tanh_cell: "RNN_TANH",
    torch.rnn_relu_cell: "RNN_RELU",
}


@dataclass(frozen=True, slots=True)
class KernelCall:
    """One call of a kernel, in the kernel's own layout.

    Attributes:
        mode: LSTM, GRU, RNN_TANH or RNN_RELU.
        input: (step, batch, feature), or batch first; of a cell (batch, feature); the data of a
            packed sequence.
        batch_sizes: of a packed sequence.
        initial: the states before the first step, as the kernel takes them.
        weights: one after the other, for each layer and direction.
        dropout: between layers; 0 where none acts.
        output: of a fused kernel the hidden states and then the last states; of a cell its states.
        batch_first: whether the input's first axis is the batch.
        single: whether it is a cell's, which does one step.
    """

    mode: str
    input: Tensor
    batch_sizes: Tensor | None
    initial: tuple[Tensor, ...]
    weights: tuple[Tensor | None, ...]
    dropout: float
    output: tuple[Tensor, ...]
    batch_first: bool = False
    single: bool = False

    @classmethod
    def of(cls, function: Any, args: Sequence[Any], output: Any) -> "KernelCall":  # noqa: ANN401
        """Read the arguments of one of PyTorch's functions."""
        put_out = (output,) if isinstance(output, Tensor) else tuple(output)
        if function in _CELLS:
            features, states, *weights = args
            mode = _CELLS[function]
            return cls(
                mode, features, None, _listed(states), tuple(weights), 0.0, put_out, single=True
            )
        if isinstance(args[3], bool):  # padded: input, states, weights, biased, ...
            features, states, weights, _, layers, dropout, training, _, batch_first = args
            batch_sizes = None
        else:
            features, batch_sizes, states, weights, _, layers, dropout, training, _ = args
            batch_first = False
        return cls(
            _FUSED[function],
            features,
            batch_sizes,
            _listed(states),
            tuple(weights),
            float(dropout) if training and layers > 1 else 0.0,
            put_out,
            bool(batch_first),
        )

    def states_of(self, answer: tuple[Tensor, ...] | None) -> tuple[Tensor, ...]:
        """Return the last states among what was put out, or among what takes its place."""
        put_out = self.output if answer is None else answer
        return put_out if self.single else put_out[1:]

    def numbers(self) -> "KernelCall":
        """Return the same as plain numbers: of no graph, and outside torch.func's transforms."""

        def plain(values: Sequence[Tensor | None]) -> tuple[Any, ...]:
            return tuple(v if v is None else without_transforms(v).detach() for v in values)

        return replace(
            self,
            input=plain([self.input])[0],
            initial=plain(self.initial),
            weights=plain(self.weights),
            output=plain(self.output),
        )

    def putting_out(self, name: str, own: Any) -> "KernelCall":  # noqa: ANN401
        """Return the call of a module with a forward of its own, with what this put out.

        Args:
            name: of the module.
            own: the hidden states, perhaps with the last states; of a cell its states.

        Raises:
            UnsupportedModuleError: it is something else.
        """
        pair = isinstance(own, tuple) and not isinstance(own, PackedSequence)
        values = _flat(own) if pair else [own]
        values = [v.data if isinstance(v, PackedSequence) else v for v in values]
        like = self.output[: len(values)]
        if self.batch_sizes is not None:
            values, like = values[:1], like[:1]  # the states are in another order
        if [getattr(v, "numel", int)() for v in values] != [v.numel() for v in like]:
            reason = "its forward puts out something else than its base class"
            raise UnsupportedModuleError(name, reason, "Put what it adds into a module around it.")
        shaped = [value.reshape(other.shape) for value, other in zip(values, like, strict=True)]
        return replace(self, output=(*shaped, *self.output[len(shaped) :]))


class Watch(TorchFunctionMode):
    """Tells of every kernel that is called while it is active; an answer replaces the output."""

    def __init__(self, tell: Callable[[KernelCall], tuple[Tensor, ...] | None]) -> None:
        super().__init__()
        self._tell = tell

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401  (PyTorch's own signature)
        types: Any,  # noqa: ANN401
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        """Call a function, and tell if it was a kernel."""
        output = func(*args, **(kwargs or {}))
        if not (func in _FUSED or func in _CELLS):
            return output
        changed = self._tell(KernelCall.of(func, _positional(func, args, kwargs or {}), output))
        if changed is None:
            return output
        return changed[0] if isinstance(output, Tensor) else changed


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


_CELL_ARGUMENTS = ("input", "hx", "w_ih", "w_hh", "b_ih", "b_hh")
_OPTIONS = ("params", "has_biases", "num_layers", "dropout", "train", "bidirectional")


def _positional(
    function: Any,  # noqa: ANN401
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> tuple[Any, ...]:
    """Return all arguments of a kernel in their order, however they were given."""
    if not kwargs:
        return args
    if function in _CELLS:
        names: tuple[str, ...] = _CELL_ARGUMENTS
    elif kwargs.keys() & {"data", "batch_sizes"} or (len(args) > 1 and _is_batch_sizes(args[1])):
        names = ("data", "batch_sizes", "hx", *_OPTIONS)
    else:
        names = ("input", "hx", *_OPTIONS, "batch_first")
    return (*args, *(kwargs.get(name) for name in names[len(args) :]))


def _is_batch_sizes(value: object) -> bool:
    return isinstance(value, Tensor) and value.dim() == 1


def _flat(values: Any) -> list[Any]:  # noqa: ANN401  (what somebody's forward put out)
    """Return hidden states and last states, each a tensor or a packed sequence, as one list."""
    if isinstance(values, Tensor | PackedSequence) or not isinstance(values, tuple | list):
        return [values]
    return [tensor for value in values for tensor in _flat(value)]


def _listed(states: Any) -> tuple[Tensor, ...]:  # noqa: ANN401  (a tensor, or a tuple of them)
    return (states,) if isinstance(states, Tensor) else tuple(states)
