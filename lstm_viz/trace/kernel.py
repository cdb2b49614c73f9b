"""Calls of PyTorch's own recurrent kernels: their inputs and outputs.

Every recurrent module, and every subclass that adds something around one, calls one function of
PyTorch's in the end. Its arguments are the very weights, input and states that were used, whatever
made them; its output is the layer's own, before any hook or subclass has touched it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor
from torch.autograd import forward_ad
from torch.nn.utils.rnn import PackedSequence
from torch.overrides import TorchFunctionMode

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.cells import CELLS
from lstm_viz.trace.concrete_values import is_transformed, without_transforms

# The functions that PyTorch's modules call in the end, by the mode of the cell.
_LAYER_KERNELS: dict[Any, str] = {cell.layer_kernel: mode for mode, cell in CELLS.items()}
_STEP_KERNELS: dict[Any, str] = {cell.step_kernel: mode for mode, cell in CELLS.items()}


@dataclass(frozen=True, slots=True)
class KernelCall:
    """One call of a kernel, in the kernel's own layout.

    Attributes:
        mode: of the cell that it computes.
        input: (step, batch, feature), or batch first; for single steps (batch, feature); the data
            of a packed sequence.
        batch_sizes: of a packed sequence.
        initial: the states before the first step, as the kernel takes them.
        weights: one after the other, for each layer and direction.
        dropout: between layers; 0 where none acts.
        output: the hidden states and then the last states; for single steps the states alone.
        batch_first: whether the input's first axis is the batch.
        single: whether it computes a single step.
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
        outputs = (output,) if isinstance(output, Tensor) else tuple(output)
        if function in _STEP_KERNELS:
            features, states, *weights = args
            mode = _STEP_KERNELS[function]
            return cls(
                mode, features, None, _listed(states), tuple(weights), 0.0, outputs, single=True
            )
        if isinstance(args[3], bool):  # padded: input, states, weights, biased, ...
            features, states, weights, _, layers, dropout, training, _, batch_first = args
            batch_sizes = None
        else:
            features, batch_sizes, states, weights, _, layers, dropout, training, _ = args
            batch_first = False
        return cls(
            _LAYER_KERNELS[function],
            features,
            batch_sizes,
            _listed(states),
            tuple(weights),
            float(dropout) if training and layers > 1 else 0.0,
            outputs,
            bool(batch_first),
        )

    def final_states(self, replacement: tuple[Tensor, ...] | None = None) -> tuple[Tensor, ...]:
        """Return the last states in the output, or in what replaces it."""
        output = self.output if replacement is None else replacement
        return output if self.single else output[1:]

    def plain(self) -> "KernelCall":
        """Return the call with plain tensors, free of torch.func and of forward gradients."""
        if not (is_transformed(self.output[0]) or forward_ad._current_level >= 0):
            return self

        def unwrapped(values: Sequence[Tensor | None]) -> tuple[Any, ...]:
            return tuple(v if v is None else without_transforms(v).detach() for v in values)

        return replace(
            self,
            input=unwrapped([self.input])[0],
            initial=unwrapped(self.initial),
            weights=unwrapped(self.weights),
            output=unwrapped(self.output),
        )

    def with_output(self, name: str, own: Any) -> "KernelCall":  # noqa: ANN401
        """Return the call with the output of a forward that a subclass has written itself.

        Args:
            name: of the module.
            own: the hidden states, perhaps with the last states; for single steps the states.

        Raises:
            UnsupportedModuleError: the output has another form.
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


class KernelMode(TorchFunctionMode):
    """Reports every call of a kernel while it is active; what is returned replaces the output."""

    def __init__(self, on_call: Callable[[KernelCall], tuple[Tensor, ...] | None]) -> None:
        super().__init__()
        self._on_call = on_call

    def __torch_function__(
        self,
        func: Any,  # noqa: ANN401  (PyTorch's own signature)
        types: Any,  # noqa: ANN401
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401
        """Call a function, and report it if it was a kernel."""
        output = func(*args, **(kwargs or {}))
        if not (func in _LAYER_KERNELS or func in _STEP_KERNELS):
            return output
        replacement = self._on_call(
            KernelCall.of(func, _positional(func, args, kwargs or {}), output)
        )
        if replacement is None:
            return output
        return replacement[0] if isinstance(output, Tensor) else replacement


_STEP_ARGUMENTS = ("input", "hx", "w_ih", "w_hh", "b_ih", "b_hh")
_OPTIONS = ("params", "has_biases", "num_layers", "dropout", "train", "bidirectional")


def _positional(
    function: Any,  # noqa: ANN401
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> tuple[Any, ...]:
    """Return all arguments of a kernel by position, however they were passed."""
    if not kwargs:
        return args
    if function in _STEP_KERNELS:
        names: tuple[str, ...] = _STEP_ARGUMENTS
    elif kwargs.keys() & {"data", "batch_sizes"} or (len(args) > 1 and _is_batch_sizes(args[1])):
        names = ("data", "batch_sizes", "hx", *_OPTIONS)
    else:
        names = ("input", "hx", *_OPTIONS, "batch_first")
    return (*args, *(kwargs.get(name) for name in names[len(args) :]))


def _is_batch_sizes(value: object) -> bool:
    return isinstance(value, Tensor) and value.dim() == 1


def _flat(values: Any) -> list[Any]:  # noqa: ANN401  (the output of any forward)
    """Return hidden states and last states, each a tensor or a packed sequence, as one list."""
    if isinstance(values, Tensor | PackedSequence) or not isinstance(values, tuple | list):
        return [values]
    return [tensor for value in values for tensor in _flat(value)]


def _listed(states: Any) -> tuple[Tensor, ...]:  # noqa: ANN401  (a tensor, or a tuple of them)
    return (states,) if isinstance(states, Tensor) else tuple(states)
