"""PyTorch's own recurrent classes hand their calls on, while any recording is open."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, partial, update_wrapper
from types import FunctionType
from typing import Any

import torch
from torch import nn

from lstm_viz.trace.kinds import CELLS, FUSED, Module

Method = Callable[..., Any]
Run = Callable[[Method, Module, Any, Any], Any]


def divert(call: Run, forward: Run) -> Callable[[], None]:
    """Have every call of a recurrent module done by one function, PyTorch's forward by another.

    Args:
        call: is given the method as PyTorch has it, the module, and its arguments.
        forward: likewise.

    Returns:
        What leaves the classes as they were.
    """
    undo = ExitStack()
    for base in (nn.RNNBase, nn.RNNCellBase):
        undo.callback(_replace(base, "__call__", call))
    for kind in (*FUSED, *CELLS):
        undo.callback(_replace(kind, "forward", forward))
    return undo.close


def _replace(kind: type, name: str, run: Run) -> Callable[[], None]:
    own = vars(kind).get(name)
    ours = _handed_on(own or _inherited(kind, name), getattr(kind, name), run)
    setattr(kind, name, ours)
    return partial(_put_back, kind, name, own, ours)


@cache  # made once: a recording may be opened for every text
def _handed_on(method: Method, like: Any, run: Run) -> Method:  # noqa: ANN401
    """Return a function that looks like a method to whoever reads it: torch.jit.script does.

    So it has the globals of that method, and uses none itself.
    """
    is_exporting = torch.compiler.is_exporting  # then nothing is run
    return _with_globals_of(
        like,
        lambda module, *args, **kwargs: (
            method(module, *args, **kwargs) if is_exporting() else run(method, module, args, kwargs)
        ),
    )


def _with_globals_of(like: Any, method: Any) -> Method:  # noqa: ANN401  (functions)
    function = FunctionType(method.__code__, like.__globals__, closure=method.__closure__)
    return update_wrapper(function, like)


@cache
def _inherited(kind: type, name: str) -> Method:
    """Return a method as a base class has it when it is called."""

    def inherited(module: Module, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return getattr(super(kind, module), name)(*args, **kwargs)

    return inherited


def _put_back(kind: type, name: str, own: Method | None, ours: Method) -> None:
    if vars(kind).get(name) is not ours:
        return  # somebody else has put his own there meanwhile
    if own is None:
        delattr(kind, name)
    else:
        setattr(kind, name, own)
