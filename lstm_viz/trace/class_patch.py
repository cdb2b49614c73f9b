"""PyTorch's own recurrent classes, patched to pass on their calls while a recording is open."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, partial, update_wrapper
from types import FunctionType
from typing import Any

import torch
from torch import nn

from lstm_viz.trace.modules import LAYER_CLASSES, STEP_CLASSES, Module

Method = Callable[..., Any]
Run = Callable[[Method, Module, Any, Any], Any]


def patch_classes(call: Run, forward: Run) -> Callable[[], None]:
    """Replace ``__call__`` and ``forward`` of PyTorch's recurrent classes.

    Args:
        call: runs in place of ``__call__``, with PyTorch's own method, the module, and the
            positional and named arguments.
        forward: runs in place of ``forward``, likewise.

    Returns:
        A function that restores the classes.
    """
    undo = ExitStack()
    for base in (nn.RNNBase, nn.RNNCellBase):
        undo.callback(_replace(base, "__call__", call))
    for one in (*LAYER_CLASSES, *STEP_CLASSES):
        undo.callback(_replace(one, "forward", forward))
    return undo.close


def _replace(owner: type, name: str, run: Run) -> Callable[[], None]:
    own = vars(owner).get(name)
    replacement = _passing_on(own or _inherited(owner, name), getattr(owner, name), run)
    setattr(owner, name, replacement)
    return partial(_restore, owner, name, own, replacement)


@cache  # made once: a recording may be opened for every text
def _passing_on(method: Method, like: Any, run: Run) -> Method:  # noqa: ANN401
    """Return a function that passes calls on to ``run``, and that torch.jit.script can read.

    torch.jit.script reads the source of the original method: so the function has the globals of
    that method, and uses none of its own.
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
def _inherited(owner: type, name: str) -> Method:
    """Return a function that calls the method of the base class, looked up at each call."""

    def inherited(module: Module, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        return getattr(super(owner, module), name)(*args, **kwargs)

    return inherited


def _restore(owner: type, name: str, own: Method | None, replacement: Method) -> None:
    if vars(owner).get(name) is not replacement:
        return  # another library has replaced it in the meantime
    if own is None:
        delattr(owner, name)
    else:
        setattr(owner, name, own)
