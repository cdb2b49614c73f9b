"""What does a module keep in its attributes and buffers from one call to the next?"""

from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from contextlib import contextmanager
from copy import copy
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

Place = tuple[nn.Module, str]  # a module, and the name of an attribute or buffer of it
Kept = dict[Place, tuple[Any, Any]]  # what stood there, and a copy if it can be changed in place

_ABSENT = object()
_LARGEST = 100_000  # numbers of a tensor that is copied
_LONGEST = 1_000  # members of a container that is copied
_PYTORCHS = {*vars(nn.Module()), *vars(nn.LSTM(1, 1))}
_CONTAINERS = (MutableMapping, MutableSequence, MutableSet)


def kept_in(network: nn.Module) -> Kept:
    """Return what a module and those inside it keep, apart from weights and what PyTorch keeps."""
    return {place: (value, _copied(value)) for place, value in _values(network)}


def changed_since(before: Kept, network: nn.Module) -> Kept:
    """Return what stood before where something else stands now."""
    return {
        place: before.get(place, (_ABSENT, None))
        for place, value in _values(network)
        if _differs(before.get(place), value)
    }


@contextmanager
def with_kept(kept: Kept) -> Iterator[None]:
    """Put back what once stood, while the block runs; then what stands now is there again."""
    now = {place: _at(place) for place in kept}
    for place, (value, copied) in kept.items():
        # A copy of the copy: what runs in the block may change it in place.
        _put(place, value if copied is None else _copied(copied))
    try:
        yield
    finally:
        for place, value in now.items():
            _put(place, value)


def _values(network: nn.Module) -> Iterator[tuple[Place, Any]]:
    for module in network.modules():
        for name, value in chain(vars(module).items(), module._buffers.items()):
            if name not in _PYTORCHS:
                yield (module, name), value


def _copied(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Tensor) and value.numel() <= _LARGEST:
        return value.detach().clone()
    if isinstance(value, _CONTAINERS) and len(value) <= _LONGEST:
        return copy(value)
    return None


def _differs(before: tuple[Any, Any] | None, now: Any) -> bool:  # noqa: ANN401
    if before is None or before[0] is not now:
        return True
    copied = before[1]
    if isinstance(copied, Tensor):
        return not torch.equal(copied, now)
    return copied is not None and _members(copied) != _members(now)


def _members(container: Any) -> list[int]:  # noqa: ANN401
    """Return which objects a container holds: whether they are equal may not be askable."""
    values = container.values() if isinstance(container, MutableMapping) else ()
    return [id(member) for member in chain(container, values)]


def _at(place: Place) -> Any:  # noqa: ANN401
    module, name = place
    return module._buffers.get(name, vars(module).get(name, _ABSENT))


def _put(place: Place, value: Any) -> None:  # noqa: ANN401
    module, name = place
    # Past __setattr__, which a class of one's own may have written anew.
    if name in module._buffers:
        module._buffers[name] = value
    elif value is _ABSENT:
        vars(module).pop(name, None)
    else:
        vars(module)[name] = value
