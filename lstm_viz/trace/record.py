"""Which recurrent modules of a model were called, and what did they compute?

with lstm_viz.record(model) as recording:
    model(x)
recording["encoder.lstm"].layers[0].forget_gate
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence
from torch.utils.hooks import RemovableHandle

from lstm_viz.errors import NoRecurrentModuleError, UnknownCallError, UnsupportedModuleError
from lstm_viz.trace.layers import LayerTrace
from lstm_viz.trace.reconstruct import Seen, layers_of

_SUPPORTED = (nn.LSTM,)
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
_Output = tuple[Tensor | PackedSequence, tuple[Tensor, Tensor]]


@dataclass(frozen=True, slots=True)
class Call:
    """What a recurrent module computed when it was called once.

    Attributes:
        name: of the module inside the model; "" is the model itself.
        layers: layer 0 first; the arrays are (batch, step, unit), batch first whatever the
            module's own layout, and an unbatched input is a batch of 1.
        lengths: steps of each sequence; past its length everything is 0.
        error: the largest difference between what was rebuilt and the module's own output.
    """

    name: str
    layers: tuple[LayerTrace[Tensor], ...]
    lengths: Int[Tensor, " batch"]
    error: float


class Recording:
    """The calls of a model's recurrent modules while the recording is open.

    Attributes:
        names: the recurrent modules of the model; a shared module has its first name.
        calls: what was recorded, in the order of the calls.
    """

    def __init__(self, model: nn.Module) -> None:
        """Find what can be recorded; nothing is hooked before ``with`` begins.

        Raises:
            NoRecurrentModuleError: the model holds no recurrent module.
            UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
        """
        self._modules = {
            name: module for name, module in model.named_modules() if isinstance(module, _RECURRENT)
        }
        if not self._modules:
            raise NoRecurrentModuleError(
                type(model).__name__, [f"nn.{kind.__name__}" for kind in _SUPPORTED]
            )
        for name, module in self._modules.items():
            _check(name, module)
        self.names = tuple(self._modules)
        self.calls: list[Call] = []
        self._hooks: list[RemovableHandle] = []

    def __getitem__(self, name: str) -> Call:
        """Return the last call of a module.

        Raises:
            UnknownCallError: no module of that name was called; a ``KeyError`` too.
        """
        for call in reversed(self.calls):
            if call.name == name:
                return call
        raise UnknownCallError(name, dict.fromkeys(call.name for call in self.calls))

    def __enter__(self) -> "Recording":
        """Start recording."""
        for name, module in self._modules.items():
            self._hooks.append(module.register_forward_hook(self._hook(name), with_kwargs=True))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop recording: no hook stays behind, also after an error."""
        for hook in self._hooks:
            hook.remove()
        self._hooks.clear()

    def _hook(self, name: str) -> Any:  # noqa: ANN401  (PyTorch's own type for hooks)
        def hook(
            module: nn.LSTM, inputs: tuple[Any, ...], named: dict[str, Any], output: _Output
        ) -> None:
            _check(name, module)  # it may have been changed since the recording began
            with torch.no_grad(), torch.autocast(_device(output), enabled=False):
                seen = _seen(module, _Arguments(*inputs, **named), output)
                layers, error = layers_of(module, seen)
            self.calls.append(Call(name, layers, seen.lengths, error))

        return hook


def record(model: nn.Module) -> Recording:
    """Record what the recurrent modules of any PyTorch model compute.

    The model, its outputs and its gradients stay what they would have been. Gates are rebuilt
    at each call from what a forward hook saw, and compared with the module's own output.

    Args:
        model: holds ``nn.LSTM`` modules of one direction, of any depth, with or without bias and
            ``proj_size``, batch first or not; they may be called unbatched, packed, with given
            initial states, and more than once.

    Returns:
        To be used in a ``with`` statement.

    Raises:
        NoRecurrentModuleError: the model holds no recurrent module.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.

    Law:
        Each layer obeys the equations in ``lstm_viz.trace.cell``; ``call.error`` is the largest
        deviation found.
    """
    return Recording(model)


@dataclass(frozen=True, slots=True)
class _Arguments:
    """The arguments of ``nn.LSTM.forward``, under its own names."""

    input: Tensor | PackedSequence
    hx: tuple[Tensor, Tensor] | None = None


def _check(name: str, module: nn.Module) -> None:
    if not isinstance(module, _SUPPORTED):
        reason = f"nn.{type(module).__name__} is not among {[k.__name__ for k in _SUPPORTED]}"
        raise UnsupportedModuleError(name, reason, "Use an nn.LSTM in its place.")
    if module.bidirectional:
        remedy = "Use two modules of one direction each."
        raise UnsupportedModuleError(name, "it reads in two directions", remedy)
    if module.training and module.dropout > 0 and module.num_layers > 1:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)


def _device(output: _Output) -> str:
    values = output[0].data if isinstance(output[0], PackedSequence) else output[0]
    return str(values.device.type)


def _seen(module: nn.LSTM, arguments: _Arguments, output: _Output) -> Seen:
    """Bring what a call took and gave into one layout."""
    features, lengths = _laid_out(module, arguments.input)
    hidden, _ = _laid_out(module, output[0])
    final_hidden, final_cell = (_batched(state) for state in output[1])
    if arguments.hx is None:
        initial_hidden, initial_cell = torch.zeros_like(final_hidden), torch.zeros_like(final_cell)
    else:
        initial_hidden, initial_cell = (_batched(state) for state in arguments.hx)
    return Seen(features, lengths, hidden, initial_hidden, initial_cell, final_hidden, final_cell)


def _laid_out(module: nn.LSTM, values: Tensor | PackedSequence) -> tuple[Tensor, Tensor]:
    """Return values steps first, padded and batched, and how many steps each sequence has."""
    if isinstance(values, PackedSequence):
        padded, lengths = pad_packed_sequence(values)
        return padded.detach(), lengths
    if values.dim() == 2:
        values = values.unsqueeze(1)
    elif module.batch_first:
        values = values.transpose(0, 1)
    return values.detach(), torch.full((values.shape[1],), len(values), dtype=torch.long)


def _batched(state: Tensor) -> Tensor:
    return state.detach().unsqueeze(1) if state.dim() == 2 else state.detach()
