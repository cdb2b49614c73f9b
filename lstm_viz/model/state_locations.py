"""Where can a module keep state? In itself, its classes, and what its functions can reach."""

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from torch import nn

ABSENT = object()
Owner = nn.Module | type | FunctionType | CellType | dict[str, Any]

_PYTORCHS = {*vars(nn.Module()), *vars(nn.LSTM(1, 1))}
_FOREIGN = {*sys.stdlib_module_names, "torch", "numpy", "lstm_viz"}
_CODE = (FunctionType, staticmethod, classmethod, property, MethodType, partial)
_MOST = 1_000  # functions that are searched


def state_locations(network: nn.Module) -> Iterator[tuple[Owner, str, Any]]:
    """Yield what a network and its modules keep: the owner, the name, and the value.

    The owner is a module, a class, a function (for its default arguments and attributes), a cell of
    a closure, or a dictionary of global names.
    """
    classes: dict[type, None] = {}
    for module in network.modules():
        attributes = ((n, v) for n, v in vars(module).items() if n not in _PYTORCHS)
        for name, value in chain(attributes, module._buffers.items(), module._parameters.items()):
            yield module, name, value
        classes |= {kind: None for kind in type(module).__mro__ if _is_own(kind.__module__)}
    for kind in classes:
        for name, value in list(vars(kind).items()):
            if not name.startswith(("__", "_abc_")) and not isinstance(value, _CODE):
                yield kind, name, value
    for function in _functions(network, classes):
        yield from _of_function(function)


def value_at(owner: Owner, name: str) -> Any:  # noqa: ANN401
    """Return the current value at a location, or ABSENT."""
    if isinstance(owner, nn.Module):
        return next((group[name] for group in _groups(owner) if name in group), ABSENT)
    if isinstance(owner, CellType):
        return owner.cell_contents
    if isinstance(owner, dict):
        return owner.get(name, ABSENT)
    return (
        vars(owner).get(name, ABSENT) if isinstance(owner, type) else getattr(owner, name, ABSENT)
    )


def set_at(owner: Owner, name: str, value: Any) -> None:  # noqa: ANN401
    """Set the value at a location; ABSENT removes it."""
    if isinstance(owner, CellType):
        owner.cell_contents = value
    elif isinstance(owner, nn.Module | dict):
        # Not with __setattr__, which the class may override.
        groups = _groups(owner) if isinstance(owner, nn.Module) else [owner]
        group = next((group for group in groups if name in group), groups[-1])
        if value is ABSENT:
            group.pop(name, None)
        else:
            group[name] = value
    elif value is not ABSENT:
        setattr(owner, name, value)
    elif value_at(owner, name) is not ABSENT:
        delattr(owner, name)


def location_name(owner: Owner, name: str, modules: Mapping[nn.Module, str]) -> str:
    """Return the name of a location for a sentence."""
    if isinstance(owner, nn.Module):
        return ".".join(filter(None, (modules[owner], name)))
    return f"{owner.__name__}.{name}" if isinstance(owner, type | FunctionType) else name


def _groups(module: nn.Module) -> list[dict[str, Any]]:
    return [module._parameters, module._buffers, vars(module)]


def _is_own(name: object) -> bool:
    """Whether a Python module is the user's own."""
    return str(name).partition(".")[0] not in _FOREIGN


def _functions(network: nn.Module, classes: Mapping[type, None]) -> Iterator[FunctionType]:
    """Yield the user's own functions that may run when a network is called."""
    waiting: list[Any] = [value for kind in classes for value in vars(kind).values()]
    for module in network.modules():
        waiting += [value for value in vars(module).values() if isinstance(value, _CODE)]
        waiting += [*module._forward_hooks.values(), *module._forward_pre_hooks.values()]
    found: dict[FunctionType, None] = {}
    while waiting and len(found) < _MOST:
        value = waiting.pop()
        if isinstance(value, staticmethod | classmethod | MethodType):
            waiting.append(value.__func__)
        elif isinstance(value, property):
            waiting += [value.fget, value.fset]
        elif isinstance(value, partial):
            waiting.append(value.func)
        elif isinstance(value, FunctionType) and value not in found:
            found[value] = None
            waiting += [v for _, _, v in _cells(value) if isinstance(v, _CODE)]
            if _is_own(value.__globals__.get("__name__")):
                waiting += [v for v in _globals(value).values() if isinstance(v, FunctionType)]
    yield from (f for f in found if _is_own(f.__globals__.get("__name__")))


def _of_function(function: FunctionType) -> Iterator[tuple[Owner, str, Any]]:
    for name in ("__defaults__", "__kwdefaults__"):
        if getattr(function, name):
            yield function, name, getattr(function, name)
    for name, value in list(vars(function).items()):
        yield function, name, value
    yield from _cells(function)
    for name, value in _globals(function).items():
        if not isinstance(value, ModuleType | type | FunctionType):
            yield function.__globals__, name, value


def _cells(function: FunctionType) -> Iterator[tuple[CellType, str, Any]]:
    pairs = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    for name, cell in pairs:
        try:
            yield cell, name, cell.cell_contents
        except ValueError:  # the cell is empty
            continue


def _globals(function: FunctionType) -> dict[str, Any]:
    """Return the global names in the code of a function, with their values."""
    names, codes = set[str](), [function.__code__]
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    have = function.__globals__
    return {name: have[name] for name in names if name in have}
