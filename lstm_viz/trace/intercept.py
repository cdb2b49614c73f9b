"""Intercepts the kernels that the modules of a model call in this thread during a recording.

Nothing is attached to a module: a copy, a saved file or an export made meanwhile is the plain
module. Instead, PyTorch's own classes pass their calls on to here, as long as any recording is
open; a call of a module that is not recorded in this thread goes straight through.
"""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache, partial
from threading import Lock, local
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.parametrize import is_parametrized
from torch.nn.utils.rnn import PackedSequence

from lstm_viz.errors import UnsupportedModuleError
from lstm_viz.trace.call_log import CallLog
from lstm_viz.trace.class_patch import Method, Run, patch_classes
from lstm_viz.trace.force import Force
from lstm_viz.trace.kernel import KernelCall, KernelMode
from lstm_viz.trace.modules import Module, base_class, overrides_forward

Replacement = tuple[Tensor, ...] | None  # of the output of a kernel


@dataclass(slots=True)
class ModuleCall:
    """One call of a module, while it runs.

    Attributes:
        module: that was called.
        logs: of the recordings that are open for it in this thread, the outermost first.
        packed: the packed sequences passed to it, or passed on to PyTorch's own forward.
        fresh: whether it makes its own initial states, since none were passed.
        kernels: how many it has called so far.
        delegates: whether it has called another module that is recorded.
        own: the output of a forward that a subclass has written itself and that calls no kernel.
        changed: whether the output of some kernel was replaced.
    """

    module: Module
    logs: Sequence[CallLog]
    packed: list[PackedSequence] = field(default_factory=list)
    fresh: bool = False
    kernels: int = 0
    delegates: bool = False
    own: Any = None
    changed: bool = False

    def note_inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, to_base: bool) -> None:
        """Note what was passed to the module, or to PyTorch's own forward inside it."""
        values = (*args, *kwargs.values())
        self.packed += [value for value in values if isinstance(value, PackedSequence)]
        if to_base:
            self.fresh = (args[1] if len(args) > 1 else kwargs.get("hx")) is None


OnKernel = Callable[[ModuleCall, KernelCall], Replacement]
_Table = dict[int, list[CallLog]]  # by the identity of a module


class _ThreadState(local):
    """The recordings that are open, and the calls that are running, in one thread."""

    def __init__(self) -> None:
        self.logs: _Table = {}
        self.calls: list[ModuleCall] = []
        self.on_kernel: OnKernel | None = None


_thread = _ThreadState()
_all_threads: _Table = {}
_lock = Lock()
_restore: list[Callable[[], None]] = []  # restores PyTorch's classes; empty where not patched


def start(log: CallLog, on_kernel: OnKernel) -> Callable[[], None]:
    """Intercept the kernels of the modules of a recording in this thread from now on.

    Args:
        log: of the recording.
        on_kernel: called for each kernel that one of the modules calls, once for all recordings
            that are open for it; what it returns replaces the kernel's output.

    Returns:
        A function that ends it.
    """
    tables, modules = (_thread.logs, _all_threads), tuple(log.modules.values())
    _thread.on_kernel = on_kernel
    with _lock:
        if not _all_threads:
            _restore.append(patch_classes(_RUN_CALL, _RUN_FORWARD))
        for module in modules:
            for table in tables:
                table[id(module)] = [*table.get(id(module), ()), log]
    return partial(_stop, log, modules, tables)


def _stop(log: CallLog, modules: Sequence[Module], tables: Sequence[_Table]) -> None:
    with _lock:
        for module in modules:
            for table in tables:
                others = [other for other in table.pop(id(module), ()) if other is not log]
                if others:
                    table[id(module)] = others
        if _restore and not _all_threads:
            _restore.pop()()


def is_recording() -> bool:
    """Whether any recording is open in this thread."""
    return bool(_thread.logs)


def active_forces(modules: Iterable[Module]) -> tuple[Force, ...]:
    """Return the forces that open recordings of this thread put on any of these modules."""
    logs = dict.fromkeys(log for module in modules for log in _thread.logs.get(id(module), ()))
    return tuple(force for log in logs for force in log.options.forces or ())


def _end_all() -> None:
    """End all recordings in a forked process, where nothing else will end them."""
    _thread.logs.clear()
    _thread.calls.clear()
    _all_threads.clear()
    while _restore:
        _restore.pop()()


os.register_at_fork(after_in_child=_end_all)


def _is_intercepted(module: Module) -> bool:
    """Whether to intercept a call; in a thread without the recording, it is noted as missed."""
    if id(module) in _thread.logs or _thread.calls:
        return True
    for log in _all_threads.get(id(module), ()):
        log.missed = True
    return False


def _run(run: Run, method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run a module, or its forward, as PyTorch would, and intercept its kernels."""
    if not _is_intercepted(module):
        return method(module, *args, **kwargs)
    return _uncompiled(run)(method, module, args, kwargs)


def _uncompiled(run: Run) -> Run:
    """Return the same function, excluded from compilation if the compiler is loaded."""
    return _excluded(run) if "torch._dynamo" in sys.modules else run


@cache
def _excluded(run: Run) -> Run:
    excluded: Run = torch.compiler.disable(run)  # type: ignore[no-untyped-call]
    return excluded


def _call(method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run a module with its hooks."""
    call = ModuleCall(module, _thread.logs.get(id(module), ()))
    call.note_inputs(args, kwargs, to_base=False)
    with _Intercepted(call):
        output = method(module, *args, **kwargs)
        if call.logs and not (call.kernels or call.delegates) and overrides_forward(module):
            return _compared_with_base(call, args, kwargs, output)
    return output


def _forward(method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run PyTorch's own forward: called by a module, by a subclass, or directly."""
    running = _thread.calls[-1] if _thread.calls else None
    if running and running.module is module:
        running.note_inputs(args, kwargs, to_base=True)
        return method(module, *args, **kwargs)
    call = ModuleCall(module, _thread.logs.get(id(module), ()))
    call.note_inputs(args, kwargs, to_base=True)
    with _Intercepted(call):
        return method(module, *args, **kwargs)


_RUN_CALL, _RUN_FORWARD = partial(_run, _call), partial(_run, _forward)


class _Intercepted(AbstractContextManager[None]):
    """Intercepts the kernels of one call; those of a module called inside belong to that module."""

    def __init__(self, call: ModuleCall) -> None:
        self._call = call
        self._mode = KernelMode(_on_kernel) if not _thread.calls else nullcontext()

    def __enter__(self) -> None:
        self._mode.__enter__()
        if _thread.calls:
            _thread.calls[-1].delegates |= bool(self._call.logs)
        _thread.calls.append(self._call)

    def __exit__(self, *error: Any) -> None:  # noqa: ANN401
        _thread.calls.pop()
        self._mode.__exit__(*error)


def _on_kernel(kernel: KernelCall) -> Replacement:
    call = _thread.calls[-1]
    call.kernels += 1
    report = _thread.on_kernel
    replacement = report(call, kernel) if call.logs and report else None
    call.changed |= replacement is not None
    return replacement


def _compared_with_base(
    call: ModuleCall,
    args: Any,  # noqa: ANN401  (those of a forward)
    kwargs: Any,  # noqa: ANN401
    output: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    """Compare a forward that calls no kernel with PyTorch's own, on the same input.

    Returns:
        The output, or what replaces it where something is forced.

    Raises:
        UnsupportedModuleError: it takes other arguments, or cannot be run twice.
    """
    module, name = call.module, type(call.module).__name__
    if not isinstance(output, Tensor | tuple):
        return output  # the forward was traced, not run
    if is_parametrized(module):
        reason = f"{name}.forward is its own, and its weights are made anew whenever they are used"
        raise _unsupported(call, reason)
    call.own = output
    try:
        again = base_class(module).forward(module, *args, **kwargs)
    except TypeError as error:
        reason = f"{name}.forward takes other arguments than its base class"
        raise _unsupported(call, reason) from error
    if not call.changed:
        return output
    pair = isinstance(output, tuple) and not isinstance(output, PackedSequence)
    return again if pair or isinstance(again, Tensor) else again[0]


def _unsupported(call: ModuleCall, reason: str) -> UnsupportedModuleError:
    name = call.logs[-1].name_of(call.module)
    return UnsupportedModuleError(name, reason, "Put what it adds into a module around it.")
