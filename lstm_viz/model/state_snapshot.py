"""What does a module keep from one call to the next, wherever it keeps it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from lstm_viz.model.safe_copy import Copier, same
from lstm_viz.model.state_locations import ABSENT, Owner, places, set_at, value_at


@dataclass(frozen=True, slots=True)
class StoredValue:
    """What stood at a place.

    Attributes:
        owner: see ``places``.
        name: of the place.
        value: that stood there, which may have been changed since.
        copied: a copy of it as it was.
    """

    owner: Owner
    name: str
    value: Any
    copied: Any


Snapshot = dict[tuple[int, str], StoredValue]  # by the owner's id and the name


def take_snapshot(network: nn.Module) -> Snapshot:
    """Return what a module and those inside it keep, apart from what PyTorch keeps of its own."""
    copier = Copier(network.modules())
    return {
        (id(owner), name): StoredValue(owner, name, value, copier.copy(value))
        for owner, name, value in places(network)
    }


def changed_since(before: Snapshot, network: nn.Module) -> Snapshot:
    """Return what stood before where something else stands now."""
    changed = {}
    for owner, name, value in places(network):
        place = id(owner), name
        stood = before.get(place, StoredValue(owner, name, ABSENT, ABSENT))
        if not same(stood.copied, value):
            changed[place] = stood
    return changed


@contextmanager
def put_back(kept: Snapshot, network: nn.Module) -> Iterator[None]:
    """Put back what once stood, while the block runs; then what stands now is there again."""
    now = [(stood.owner, stood.name, value_at(stood.owner, stood.name)) for stood in kept.values()]
    copier = Copier(network.modules())
    for stood in kept.values():
        # A copy of the copy: what runs in the block may change it in place.
        set_at(stood.owner, stood.name, copier.copy(stood.copied))
    try:
        yield
    finally:
        for owner, name, value in now:
            set_at(owner, name, value)


@contextmanager
def restored(network: nn.Module) -> Iterator[None]:
    """Put back whatever the network changes of what it keeps, when the block ends.

    Its parameters stay the objects that an optimizer knows.
    """
    before = take_snapshot(network)
    try:
        yield
    finally:
        for stood in changed_since(before, network).values():
            if isinstance(stood.value, nn.Parameter):
                continue
            set_at(stood.owner, stood.name, stood.copied)
