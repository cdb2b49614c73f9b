"""Which recurrent modules of a model were called, and what did they compute?

with lstm_viz.record(model) as recording:
    model(x)
recording["encoder.lstm"].layers[0].forget_gate
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence
from torch.utils.hooks import RemovableHandle

from lstm_viz.errors import NoRecurrentModuleError, UnknownCallError, UnsupportedModuleError
from lstm_viz.trace.call import Call, Loop, States
from lstm_viz.trace.reconstruct import Seen, layers_of

_FUSED = (nn.LSTM, nn.GRU, nn.RNN)
_CELLS = (nn.LSTMCell, nn.GRUCell, nn.RNNCell)
_SUPPORTED = (*_FUSED, *_CELLS)
_RECURRENT = (nn.RNNBase, nn.RNNCellBase)
_States = Tensor | Sequence[Tensor]
_Output = tuple[Tensor | PackedSequence, _States]


class Recording:
    """The calls of a model's recurrent modules while the recording is open.

    Attributes:
        names: the recurrent modules of the model; a shared module has its first name.
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
        self._pieces: list[Call | Loop] = []
        self._hooks: list[RemovableHandle] = []

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was recorded, in the order of the calls.

        A cell that is called in a plain loop, each time with the very states that it put out
        before, is one call with all its steps.
        """
        return tuple(p.call() if isinstance(p, Loop) else p for p in self._pieces)

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
            hook = self._on_step(name) if isinstance(module, _CELLS) else self._on_call(name)
            self._hooks.append(module.register_forward_hook(hook, with_kwargs=True))
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

    def _on_call(self, name: str) -> Any:  # noqa: ANN401  (PyTorch's own type for hooks)
        def hook(
            module: nn.RNNBase, inputs: tuple[Any, ...], named: dict[str, Any], output: _Output
        ) -> None:
            _check(name, module)  # it may have been changed since the recording began
            with torch.no_grad(), torch.autocast(_device(output), enabled=False):
                seen = _seen(module, _Arguments(*inputs, **named), output)
                layers, error = layers_of(module, seen)
            self._pieces.append(Call(name, layers, seen.lengths, error))

        return hook

    def _on_step(self, name: str) -> Any:  # noqa: ANN401  (PyTorch's own type for hooks)
        def hook(
            module: nn.RNNCellBase, inputs: tuple[Any, ...], named: dict[str, Any], output: _States
        ) -> None:
            arguments = _Arguments(*inputs, **named)
            states, put_out = _listed(arguments.hx), _listed(output)
            loop = next(
                (p for p in reversed(self._pieces) if isinstance(p, Loop) and p.name == name), None
            )
            if loop is None or not loop.goes_on_with(states):
                loop = Loop(name)
                self._pieces.append(loop)
            with torch.autocast(put_out[0].device.type, enabled=False):
                loop.add(module, cast(Tensor, arguments.input), states, put_out)

        return hook


def record(model: nn.Module) -> Recording:
    """Record what the recurrent modules of any PyTorch model compute.

    The model, its outputs and its gradients stay what they would have been. Gates are rebuilt
    at each call from what a forward hook saw, and compared with the module's own output.

    Args:
        model: holds ``nn.LSTM``, ``nn.GRU`` or ``nn.RNN`` modules of any depth, in one direction
            or two, with or without bias and ``proj_size``, batch first or not; they may be called
            unbatched, packed, with given initial states, and more than once. Or it holds
            ``nn.LSTMCell``, ``nn.GRUCell`` or ``nn.RNNCell``.

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
    """The arguments of a recurrent module, under PyTorch's own names."""

    input: Tensor | PackedSequence
    hx: _States | None = None


def _check(name: str, module: nn.Module) -> None:
    if not isinstance(module, _SUPPORTED):
        kinds = ", ".join(f"nn.{kind.__name__}" for kind in _SUPPORTED)
        reason = f"nn.{type(module).__name__} is not among {kinds}"
        raise UnsupportedModuleError(name, reason, f"Use one of {kinds} in its place.")
    if isinstance(module, _CELLS):
        return
    if module.training and module.dropout > 0 and module.num_layers > 1:
        remedy = "Call model.eval() first, or set its dropout to 0."
        raise UnsupportedModuleError(name, "dropout acts between its layers", remedy)


def _device(output: _Output) -> str:
    values = output[0].data if isinstance(output[0], PackedSequence) else output[0]
    return str(values.device.type)


def _seen(module: nn.RNNBase, arguments: _Arguments, output: _Output) -> Seen:
    """Bring what a call took and gave into one layout."""
    features, lengths = _laid_out(module, arguments.input)
    hidden, _ = _laid_out(module, output[0])
    final = _named(output[1])
    if arguments.hx is None:
        initial = {name: torch.zeros_like(state) for name, state in final.items()}
    else:
        initial = _named(arguments.hx)
    return Seen(features, lengths, hidden, initial, final)


def _laid_out(module: nn.RNNBase, values: Tensor | PackedSequence) -> tuple[Tensor, Tensor]:
    """Return values steps first, padded and batched, and how many steps each sequence has."""
    if isinstance(values, PackedSequence):
        padded, lengths = pad_packed_sequence(values)
        return padded.detach(), lengths
    if values.dim() == 2:
        values = values.unsqueeze(1)
    elif module.batch_first:
        values = values.transpose(0, 1)
    return values.detach(), torch.full((values.shape[1],), len(values), dtype=torch.long)


def _listed(states: _States | None) -> States:
    if states is None:
        return ()
    return (states,) if isinstance(states, Tensor) else tuple(states)


def _named(states: _States) -> dict[str, Tensor]:
    """Return states by name and batched: an LSTM has two, the others one."""
    return {
        name: state.detach().unsqueeze(1) if state.dim() == 2 else state.detach()
        for name, state in zip(("hidden_state", "cell_state"), _listed(states), strict=False)
    }
