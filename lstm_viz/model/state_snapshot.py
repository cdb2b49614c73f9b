"""Which state does a module keep from one call to the next, and how is it restored?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from lstm_viz.model.safe_copy import Copier, is_unchanged
from lstm_viz.model.state_locations import ABSENT, Owner, set_at, state_locations, value_at


@dataclass(frozen=True, slots=True)
class StoredValue:
    """A value that a module keeps.

    Attributes:
        owner: see ``state_locations``.
        name: at the owner.
        value: the object itself, which may have been changed since.
        copied: a copy of it at that time.
    """

    owner: Owner
    name: str
    value: Any
    copied: Any


Snapshot = dict[tuple[int, str], StoredValue]  # by the owner's id and the name


def take_snapshot(network: nn.Module) -> Snapshot:
    """Return all state that a module and its submodules keep, except PyTorch's own."""
    copier = Copier(network.modules())
    return {
        (id(owner), name): StoredValue(owner, name, value, copier.copy(value))
        for owner, name, value in state_locations(network)
    }


def changed_since(before: Snapshot, network: nn.Module) -> Snapshot:
    """Return the earlier values wherever the state is different now."""
    changed = {}
    for owner, name, value in state_locations(network):
        place = id(owner), name
        stored = before.get(place, StoredValue(owner, name, ABSENT, ABSENT))
        if not is_unchanged(stored.copied, value):
            changed[place] = stored
    return changed


@contextmanager
def put_back(kept: Snapshot, network: nn.Module) -> Iterator[None]:
    """Restore earlier values while the block runs; afterwards the current ones are back."""
    now = [
        (stored.owner, stored.name, value_at(stored.owner, stored.name)) for stored in kept.values()
    ]
    copier = Copier(network.modules())
    for stored in kept.values():
        # A copy of the copy: the block may change it in place.
        set_at(stored.owner, stored.name, copier.copy(stored.copied))
    try:
        yield
    finally:
        for owner, name, value in now:
            set_at(owner, name, value)


@contextmanager
def preserve_state(network: nn.Module) -> Iterator[None]:
    """Undo all changes to the network's state when the block ends.

    Its parameters stay the objects that an optimizer knows.
    """
    before = take_snapshot(network)
    try:
        yield
    finally:
        for stored in changed_since(before, network).values():
            if isinstance(stored.value, nn.Parameter):
                continue
            set_at(stored.owner, stored.name, stored.copied)
