"""How are values copied deeply without running anybody's code?

``copy.deepcopy`` calls a class's own methods, and gives resources outside of Python a second owner:
a file is then closed twice. Here such objects are shared instead of copied.
"""

import sys
from argparse import Namespace
from array import array
from collections import OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from types import MethodType, SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

_ATOMS = (int, float, complex, str, bytes, bool, type(None))
_FOREIGN = {*sys.stdlib_module_names, "torch", "numpy", "lstm_viz"}
_HOLDERS = (SimpleNamespace, Namespace, UserDict, UserList)
_BUFFERS = (bytearray, array)
_NUMBERS = 4_000_000  # in all tensors and arrays together; in one, at most a quarter
_MEMBERS = 20_000  # in all containers and objects together
_LONGEST = 1_000  # members of one container
_DEEPEST = 30


class Copier:
    """Copies values; objects that two of them share are shared by their copies too.

    Tensors, arrays, containers and objects of plain classes are copied; anything else, and anything
    too large, is shared.
    """

    def __init__(self, shared: Iterable[object] = ()) -> None:
        """Name the objects that are never copied."""
        self._memo = {id(value): value for value in shared}
        self._alive: list[object] = []  # an id is valid only while its object exists
        self._numbers, self._members = _NUMBERS, _MEMBERS

    def copy(self, value: Any, depth: int = 0) -> Any:  # noqa: ANN401
        """Return a copy, or the value itself if it is shared."""
        if type(value) in _ATOMS:
            return value
        if id(value) in self._memo:
            return self._memo[id(value)]
        numbers = _count(value)
        if numbers is not None:
            if numbers > min(self._numbers, _NUMBERS // 4):
                return value
            self._numbers -= numbers
            return self._keep(value, _array_copy(value))
        return self._deeper(value, depth + 1) if depth < _DEEPEST else value

    def _keep(self, value: object, copied: Any) -> Any:  # noqa: ANN401
        self._memo[id(value)] = copied
        self._alive.append(value)
        return copied

    def _deeper(self, value: Any, depth: int) -> Any:  # noqa: ANN401
        kind = type(value)
        if isinstance(value, dict | list | tuple | set | deque):
            self._members -= len(value)
            if len(value) > _LONGEST or self._members < 0:
                return value
        if kind is MethodType:
            return MethodType(value.__func__, self.copy(value.__self__, depth))
        if kind is partial:
            args, named = self.copy(value.args, depth), self.copy(value.keywords, depth)
            return partial(self.copy(value.func, depth), *args, **named)
        if kind is set:
            return self._keep(value, set(value))
        if kind in _BUFFERS:
            return self._keep(value, value[:])
        if isinstance(value, tuple):
            return self._tuple(value, depth)
        new = _empty(value)
        return value if new is None else self._filled(self._keep(value, new), value, depth)

    def _tuple(self, value: tuple[Any, ...], depth: int) -> Any:  # noqa: ANN401
        members = [self.copy(member, depth) for member in value]
        if all(a is b for a, b in zip(members, value, strict=True)) or not _has_plain_class(value):
            return value
        return self._keep(value, tuple.__new__(type(value), members))

    def _filled(self, new: Any, value: Any, depth: int) -> Any:  # noqa: ANN401
        if isinstance(value, dict):
            for key, member in dict.items(value):
                dict.__setitem__(new, key, self.copy(member, depth))
        elif isinstance(value, list | deque):
            base: Any = list if isinstance(value, list) else deque  # past what a subclass says
            base.extend(new, [self.copy(member, depth) for member in base.__iter__(value)])
        if isinstance(new, OrderedDict):
            return new
        state = getattr(value, "__dict__", None)
        if state is value:  # a dictionary whose keys are its attributes
            object.__setattr__(new, "__dict__", new)
        elif state:
            self._members -= len(state)
            new.__dict__.update({name: self.copy(v, depth) for name, v in list(state.items())})
        for name, member in _slots(value):
            object.__setattr__(new, name, self.copy(member, depth))
        return new


def is_unchanged(copied: Any, now: Any, seen: set[tuple[int, int]] | None = None) -> bool:  # noqa: ANN401
    """Whether a value is still equal to its copy, as deep as it was copied."""
    if copied is now:
        return True
    if type(copied) is not type(now):
        return False
    if type(now) in _ATOMS:
        return bool(copied == now)
    if _count(now) is not None:
        return _count(copied) is not None and _equal(copied, now)
    seen = set() if seen is None else seen
    if (id(copied), id(now)) in seen:
        return True
    seen.add((id(copied), id(now)))
    if type(now) is set:
        return {*map(id, copied)} == {*map(id, now)}
    if type(now) in _BUFFERS:
        return bool(copied == now)
    some, others = list(_parts(copied)), list(_parts(now))
    return (
        len(some) == len(others) > 0  # an object without parts cannot be compared
        and all(is_unchanged(a, b, seen) for a, b in zip(some, others, strict=True))
    )


def _parts(value: Any) -> Iterator[Any]:  # noqa: ANN401
    if isinstance(value, MethodType):
        yield from (value.__func__, value.__self__)
    elif isinstance(value, partial):
        yield from (value.func, value.args, value.keywords)
    else:
        yield type(value)
        if isinstance(value, dict):
            for key, member in dict.items(value):
                yield from (key, member)
        elif isinstance(value, list | tuple | deque):
            base: Any = next(kind for kind in (list, tuple, deque) if isinstance(value, kind))
            yield from list(base.__iter__(value))
        state = getattr(value, "__dict__", None)
        if state is not value and _has_plain_class(value):
            for name, member in list((state or {}).items()):
                yield from (name, member)
            yield from (part for name_and_part in _slots(value) for part in name_and_part)
        elif not isinstance(value, dict | list | tuple | deque):
            yield object()  # equal to nothing


def _empty(value: Any) -> Any:  # noqa: ANN401
    """Return a new, empty object of the same class, or None if it is shared."""
    kind = type(value)
    if kind is defaultdict:
        return defaultdict(value.default_factory)
    if kind is deque:
        return deque(maxlen=value.maxlen)
    if kind in (dict, list, OrderedDict):
        return kind()
    if not _has_plain_class(value):
        return None
    has_state = bool(getattr(value, "__dict__", None) or [*_slots(value)])
    base = next((kind for kind in (dict, list) if isinstance(value, kind)), object)
    # An object without state may be a sentinel, of which only the identity matters.
    if base is object and not has_state and type(value) not in _HOLDERS:
        return None
    try:
        return SimpleNamespace() if kind is SimpleNamespace else base.__new__(kind)
    except TypeError:  # implemented in C, whatever it looks like
        return None


def _has_plain_class(value: object) -> bool:
    """Whether an object consists only of its attributes and members."""
    kind = type(value)
    if kind in (dict, list, tuple, deque, defaultdict, OrderedDict, *_HOLDERS):
        return True
    if isinstance(value, torch.jit.ScriptModule | type):
        return False
    if kind.__module__.partition(".")[0] in _FOREIGN and not isinstance(value, nn.Module):
        return False
    made_in_c = {base for base in kind.__mro__ if not base.__flags__ & (1 << 9)}
    own_ways = any(hasattr(kind, name) for name in ("__del__", "__deepcopy__"))
    plain = kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__
    return plain and not own_ways and made_in_c in ({object}, *({object, b} for b in _BASES))


_BASES = (dict, list, tuple)


def _slots(value: object) -> Iterator[tuple[str, Any]]:
    for kind in type(value).__mro__:
        names = vars(kind).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            hidden = name.startswith("__") and not name.endswith("__")
            mangled = f"_{kind.__name__.lstrip('_')}{name}" if hidden else name
            if mangled not in ("__dict__", "__weakref__"):
                with suppress(AttributeError, KeyError):  # not set
                    yield mangled, vars(kind)[mangled].__get__(value)


def _count(value: object) -> int | None:
    """Return how many numbers a plain tensor or array has; None for anything else."""
    if type(value) is np.ndarray:
        return None if value.dtype.hasobject else value.size
    if not isinstance(value, Tensor) or type(value) not in (Tensor, nn.Parameter):
        return None
    strided = value.layout is torch.strided and not value.is_nested and not value.is_quantized
    return value.numel() if strided and not value.is_meta else None


def _array_copy(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, np.ndarray):
        return value.copy()
    copied = value.detach().clone()
    if isinstance(value, nn.Parameter):
        return nn.Parameter(copied, value.requires_grad)
    return copied


def _equal(one: Any, other: Any) -> bool:  # noqa: ANN401
    if isinstance(one, np.ndarray):
        same_kind = one.shape == other.shape and one.dtype == other.dtype
        return bool(same_kind and one.tobytes() == other.tobytes())
    same_kind = one.dtype == other.dtype and one.device == other.device
    return bool(same_kind and torch.equal(one, other))
