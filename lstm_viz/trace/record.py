"""Which recurrent modules of a model were called, and what did they compute?

with lstm_viz.record(model) as recording:
    model(x)
recording["encoder.lstm"].layers[0].forget_gate
"""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from html import escape
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from lstm_viz.errors import UnknownCallError, UnknownQuantityError, UnsupportedModuleError
from lstm_viz.trace.call import Call, Loop
from lstm_viz.trace.force import Force, check_forces, listed_forces
from lstm_viz.trace.kinds import (
    CELLS,
    Module,
    check,
    is_written_anew,
    quantities_of,
    recurrent_modules,
)
from lstm_viz.trace.reconstruct import rebuilt
from lstm_viz.trace.seen import Seen, arguments_of, in_the_form_of, listed, seen
from lstm_viz.trace.unrolled import Run, run
from lstm_viz.trace.wanted import Wanted

_OWN = 1e-2  # far above rounding also under autocast, far below what other equations would give


@dataclass(frozen=True, slots=True)
class _Options:
    """How to record; see ``record``."""

    wanted: Wanted
    detach: bool
    forces: tuple[Force, ...] | None

    @property
    def attached(self) -> bool:
        """Whether what is kept belongs to the graph, so that it has to be run step by step."""
        return self.forces is not None or not self.detach


class Recording:
    """The calls of a model's recurrent modules while the recording is open.

    Attributes:
        names: the recurrent modules of the model; a shared module has its first name.
    """

    def __init__(self, modules: dict[str, Module], options: _Options) -> None:
        self.names = tuple(modules)
        self._modules = modules
        self._options = options
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
            hook = self._hook(name)
            if "torch._dynamo" in sys.modules:  # a compiled model must not compile the hook too
                hook = torch.compiler.disable(hook)  # type: ignore[no-untyped-call]
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

    def __repr__(self) -> str:
        """Say what was recorded."""
        return f"Recording({', '.join(map(repr, self.calls)) or f'of {self.names}: nothing yet'})"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: every call with its maps."""
        return "".join(call._repr_html_() for call in self.calls) or escape(repr(self))

    def _hook(self, name: str) -> Any:  # noqa: ANN401  (PyTorch's own type for hooks)
        def hook(
            module: Module,
            inputs: tuple[Any, ...],
            named: dict[str, Any],
            output: Any,  # noqa: ANN401
        ) -> Any:  # noqa: ANN401
            check(name, module)  # it may have been changed since the recording began
            arguments = arguments_of(name, module, inputs, named)
            loop = self._loop(name, listed(arguments.hx)) if isinstance(module, CELLS) else None
            with nullcontext() if self._options.attached else torch.no_grad():
                call = seen(name, module, arguments, output)
                with _without_autocast(call.hidden_state.device.type):
                    step = len(loop.steps) if loop else None
                    found, forced = _computed(self._options, name, module, call, step)
            if is_written_anew(module):
                _check_own_forward(name, module, call, found.error)
            if forced:
                output = in_the_form_of(output, module, call, forced.hidden_state, forced.final)
            if loop:
                loop.add(found, listed(output))
            else:
                self._pieces.append(found)
            return output if forced else None

        return hook

    def _loop(self, name: str, states: tuple[Tensor, ...]) -> Loop:
        """Return the loop of which a call of a cell is the next step, or a new one."""
        for piece in reversed(self._pieces):
            if isinstance(piece, Loop) and piece.name == name:
                if piece.goes_on_with(states):
                    return piece
                break
        loop = Loop(name)
        self._pieces.append(loop)
        return loop


def record(
    model: nn.Module,
    *,
    quantities: Iterable[str] | None = None,
    detach: bool = True,
    pre_activations: bool = False,
    force: Force | Iterable[Force] | None = None,
) -> Recording:
    """Record what the recurrent modules of any PyTorch model compute.

    Without ``force``, the model, its outputs and its gradients stay what they would have been.
    Gates are rebuilt at each call from what a forward hook saw, and compared with the module's own
    output.

    Args:
        model: holds ``nn.LSTM``, ``nn.GRU`` or ``nn.RNN`` modules of any depth, in one direction
            or two, with or without bias and ``proj_size``, batch first or not; they may be called
            unbatched, packed, with given initial states, and more than once. Or it holds
            ``nn.LSTMCell``, ``nn.GRUCell`` or ``nn.RNNCell``.
        quantities: names of those to keep, to save memory; all by default.
        detach: whether what is kept is plain numbers. With False it depends on the weights and
            the input, so that a loss may use it; the layers are run once more, step by step.
        pre_activations: whether to keep also what went into each activation, in three parts.
        force: what to change while the model runs. The modules are then run step by step, and what
            follows them sees the changed output. Also with an empty list, the model's output can
            be differentiated with respect to every quantity of a fused module, which are leaves
            of the graph: ``torch.autograd.grad(output, layer.forget_gate)``.

    Returns:
        To be used in a ``with`` statement.

    Raises:
        NoRecurrentModuleError: the model holds no recurrent module.
        UnsupportedModuleError: it holds one whose gates cannot be rebuilt exactly.
        UnknownQuantityError: a name in ``quantities`` or ``force`` that no module of it computes.
        ForceError: a layer, unit or module to be forced that the model does not have.

    Law:
        Each layer obeys the equations in ``lstm_viz.trace.cell``; ``call.error`` is the largest
        deviation found. With ``force``, it is that of the unforced run.
    """
    modules = recurrent_modules(model)
    names = [quantities] if isinstance(quantities, str) else quantities
    kept = None if names is None else frozenset(names)
    known = dict.fromkeys(name for module in modules.values() for name in quantities_of(module))
    for name in sorted(kept or ()):
        if name not in known:
            raise UnknownQuantityError(name, known)
    forces = None if force is None else listed_forces(force)
    check_forces(forces or (), modules)
    return Recording(modules, _Options(Wanted(kept, pre_activations), detach, forces))


def _computed(
    options: _Options, name: str, module: Module, call: Seen, step: int | None
) -> tuple[Call, Run | None]:
    """Return what a module computed, and the run that takes its place if something is forced.

    Args:
        options: of the recording.
        name: of the module.
        module: that was called.
        call: what the hook saw.
        step: of the loop, if the module is a cell.
    """
    if not options.attached:
        layers, error = rebuilt(module, call, options.wanted)
        return Call(name, layers, call.lengths, error), None
    if options.forces is None:
        own = run(module, call, options.wanted, (), tapped=False)
        return Call(name, own.layers, call.lengths, own.error), None
    with torch.no_grad():
        error = run(module, call, Wanted(frozenset()), (), tapped=False).error
    mine = [force for force in options.forces if force.acts_in(name, module, step)]
    if step is not None:
        mine = [force.at(step) for force in mine]
    forced = run(module, call, options.wanted, mine, tapped=torch.is_grad_enabled())
    return Call(name, forced.layers, call.lengths, error), forced


def _without_autocast(device: str) -> AbstractContextManager[object]:
    """Return a context in which nothing is cast down: what is rebuilt must be exact."""
    if torch.is_autocast_enabled(device):
        return torch.autocast(device, enabled=False)
    return nullcontext()


def _check_own_forward(name: str, module: Module, call: Seen, error: float) -> None:
    """Refuse a subclass that computes something else than the class it is made from."""
    hidden = call.hidden_state.detach()
    size = max(1.0, float(hidden.abs().max())) if hidden.numel() else 1.0
    allowed = size * (_OWN + 16 * torch.finfo(hidden.dtype).eps)
    if not error <= allowed:  # written so that NaN is refused too
        kind = type(module).__name__
        reason = f"{kind}.forward puts out something else than its base class (off by {error:.1g})"
        remedy = "Record a model that is made of PyTorch's own recurrent modules."
        raise UnsupportedModuleError(name, reason, remedy)
