"""What did PyTorch's own recurrent kernel read, and what did it put out?

Every recurrent module, and every subclass that adds something around one, ends in one function of
PyTorch's. Its arguments are the very weights, input and states that were used, whatever made them;
its output is the layer's own, before any hook or subclass has touched it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.utils.rnn import PackedSequence
from torch.overrides import TorchFunctionMode

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.values import is_transformed, without_transforms

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
        """Return the same as plain numbers, outside torch.func and forward gradients."""
        if not (is_transformed(self.output[0]) or forward_ad._current_level >= 0):
            return self

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
