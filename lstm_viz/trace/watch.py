"""Which kernels do the modules of a model call, in this thread, while a recording is open?

Nothing is put into a module: what is copied, saved or sent away while it is watched is as it would
have been. PyTorch's own classes hand their calls on to here instead, as long as any recording is
open; a call of a module that nobody watches in this thread goes straight through.
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
from lstm_viz.trace.divert import Method, Run, divert
from lstm_viz.trace.force import Force
from lstm_viz.trace.kernel import KernelCall, Watch
from lstm_viz.trace.kinds import Module, kind_of, overrides_forward
from lstm_viz.trace.recorder import Recorder

Answer = tuple[Tensor, ...] | None


@dataclass(slots=True)
class ModuleCall:
    """One call of a module, while it runs.

    Attributes:
        module: that was called.
        recorders: that watch it in this thread, the outermost first.
        packed: the packed sequences that it was given, or gave to PyTorch's own forward.
        fresh: whether it begins with states of its own making: none were given.
        kernels: how many it has called so far.
        delegates: whether it has called another module that is recorded.
        own: what its own forward put out, where that takes the place of the kernel's output.
        changed: whether something else took the place of some kernel's output.
    """

    module: Module
    recorders: Sequence[Recorder]
    packed: list[PackedSequence] = field(default_factory=list)
    fresh: bool = False
    kernels: int = 0
    delegates: bool = False
    own: Any = None
    changed: bool = False

    def given(self, args: tuple[Any, ...], kwargs: dict[str, Any], *, to_base: bool) -> None:
        """Note what the module, or PyTorch's own forward inside it, was given."""
        values = (*args, *kwargs.values())
        self.packed += [value for value in values if isinstance(value, PackedSequence)]
        if to_base:
            self.fresh = (args[1] if len(args) > 1 else kwargs.get("hx")) is None


Tell = Callable[[ModuleCall, KernelCall], Answer]
_Table = dict[int, list[Recorder]]  # by the identity of a module


class _Here(local):
    """What is watched, and what runs, in one thread."""

    def __init__(self) -> None:
        self.recorders: _Table = {}
        self.calls: list[ModuleCall] = []
        self.tell: Tell | None = None


_here = _Here()
_everywhere: _Table = {}
_changing = Lock()
_undo: list[Callable[[], None]] = []  # what leaves PyTorch's classes as they were


def start(recorder: Recorder, tell: Tell) -> Callable[[], None]:
    """Watch the modules of a recorder in this thread from now on.

    Args:
        recorder: that watches.
        tell: called for each kernel that they call, once for all recorders that watch a module; its
            answer takes the place of the kernel's output.

    Returns:
        What ends it.
    """
    tables, watched = (_here.recorders, _everywhere), tuple(recorder.modules.values())
    _here.tell = tell
    with _changing:
        if not _everywhere:
            _undo.append(divert(_RUN_CALL, _RUN_FORWARD))
        for module in watched:
            for table in tables:
                table[id(module)] = [*table.get(id(module), ()), recorder]
    return partial(_stop, recorder, watched, tables)


def _stop(recorder: Recorder, modules: Sequence[Module], tables: Sequence[_Table]) -> None:
    with _changing:
        for module in modules:
            for table in tables:
                left = [other for other in table.pop(id(module), ()) if other is not recorder]
                if left:
                    table[id(module)] = left
        if _undo and not _everywhere:
            _undo.pop()()


def is_recording() -> bool:
    """Whether any recording is open in this thread."""
    return bool(_here.recorders)


def forces_here(modules: Iterable[Module]) -> tuple[Force, ...]:
    """Return what the recordings that are open in this thread force in any of these modules."""
    every = [one for module in modules for one in _here.recorders.get(id(module), ())]
    recorders = dict.fromkeys(every)
    return tuple(force for one in recorders for force in one.options.forces or ())


def _forget() -> None:
    """Watch nothing in a process that was forked off: nobody there will end the recording."""
    _here.recorders.clear()
    _here.calls.clear()
    _everywhere.clear()
    while _undo:
        _undo.pop()()


os.register_at_fork(after_in_child=_forget)


def _concerns(module: Module) -> bool:
    """Whether a call is to be looked at; a call in a thread that watches nothing is noted."""
    if id(module) in _here.recorders or _here.calls:
        return True
    for recorder in _everywhere.get(id(module), ()):
        recorder.missed = True
    return False


def _run(run: Run, method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run a module, or its forward, as PyTorch would, with its kernels watched."""
    if not _concerns(module):
        return method(module, *args, **kwargs)
    return _uncompiled(run)(method, module, args, kwargs)


def _uncompiled(run: Run) -> Run:
    """Return the same, kept from a compiler that is at work."""
    return _kept_from_compiling(run) if "torch._dynamo" in sys.modules else run


@cache
def _kept_from_compiling(run: Run) -> Run:
    kept: Run = torch.compiler.disable(run)  # type: ignore[no-untyped-call]
    return kept


def _call(method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run a module with everything around it, hooks too."""
    call = ModuleCall(module, _here.recorders.get(id(module), ()))
    call.given(args, kwargs, to_base=False)
    with _watching(call):
        output = method(module, *args, **kwargs)
        if call.recorders and not (call.kernels or call.delegates) and overrides_forward(module):
            return _judged(call, args, kwargs, output)
    return output


def _forward(method: Method, module: Module, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
    """Run PyTorch's own forward: called by a module, by a subclass, or directly."""
    running = _here.calls[-1] if _here.calls else None
    if running and running.module is module:
        running.given(args, kwargs, to_base=True)
        return method(module, *args, **kwargs)
    call = ModuleCall(module, _here.recorders.get(id(module), ()))
    call.given(args, kwargs, to_base=True)
    with _watching(call):
        return method(module, *args, **kwargs)


_RUN_CALL, _RUN_FORWARD = partial(_run, _call), partial(_run, _forward)


class _watching(AbstractContextManager[None]):  # noqa: N801  (used like a function)
    """Watch the kernels of one call; those of calls inside it are theirs."""

    def __init__(self, call: ModuleCall) -> None:
        self._call = call
        self._watch = Watch(_told) if not _here.calls else nullcontext()

    def __enter__(self) -> None:
        self._watch.__enter__()
        if _here.calls:
            _here.calls[-1].delegates |= bool(self._call.recorders)
        _here.calls.append(self._call)

    def __exit__(self, *error: Any) -> None:  # noqa: ANN401
        _here.calls.pop()
        self._watch.__exit__(*error)


def _told(kernel: KernelCall) -> Answer:
    call = _here.calls[-1]
    call.kernels += 1
    answer = _here.tell(call, kernel) if call.recorders and _here.tell else None
    call.changed |= answer is not None
    return answer


def _judged(call: ModuleCall, args: Any, kwargs: Any, output: Any) -> Any:  # noqa: ANN401
    """Hold a forward that calls no kernel against PyTorch's own, on the same input.

    Returns:
        The output, or what takes its place where something is forced.

    Raises:
        UnsupportedModuleError: it takes other arguments, or cannot be run twice.
    """
    module, name = call.module, type(call.module).__name__
    if not isinstance(output, Tensor | tuple):
        return output  # it was traced, not run
    if is_parametrized(module):
        reason = f"{name}.forward is its own, and its weights are made anew whenever they are used"
        raise _unsupported(call, reason)
    call.own = output
    try:
        again = kind_of(module).forward(module, *args, **kwargs)
    except TypeError as error:
        reason = f"{name}.forward takes other arguments than its base class"
        raise _unsupported(call, reason) from error
    if not call.changed:
        return output
    pair = isinstance(output, tuple) and not isinstance(output, PackedSequence)
    return again if pair or isinstance(again, Tensor) else again[0]


def _unsupported(call: ModuleCall, reason: str) -> UnsupportedModuleError:
    name = call.recorders[-1].name_of(call.module)
    return UnsupportedModuleError(name, reason, "Put what it adds into a module around it.")
