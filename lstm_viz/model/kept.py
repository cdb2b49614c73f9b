"""What does a module keep from one call to the next, wherever it keeps it?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from lstm_viz.model.places import ABSENT, Owner, places, put_at, value_at
from lstm_viz.model.plain_copy import Copier, same


@dataclass(frozen=True, slots=True)
class Stood:
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


Kept = dict[tuple[int, str], Stood]  # by the owner's id and the name


def kept_in(network: nn.Module) -> Kept:
    """Return what a module and those inside it keep, apart from what PyTorch keeps of its own."""
    copier = Copier(network.modules())
    return {
        (id(owner), name): Stood(owner, name, value, copier.copy(value))
        for owner, name, value in places(network)
    }


def changed_since(before: Kept, network: nn.Module) -> Kept:
    """Return what stood before where something else stands now."""
    changed = {}
    for owner, name, value in places(network):
        place = id(owner), name
        stood = before.get(place, Stood(owner, name, ABSENT, ABSENT))
        if not same(stood.copied, value):
            changed[place] = stood
    return changed


@contextmanager
def with_kept(kept: Kept, network: nn.Module) -> Iterator[None]:
    """Put back what once stood, while the block runs; then what stands now is there again."""
    now = [(stood.owner, stood.name, value_at(stood.owner, stood.name)) for stood in kept.values()]
    copier = Copier(network.modules())
    for stood in kept.values():
        # A copy of the copy: what runs in the block may change it in place.
        put_at(stood.owner, stood.name, copier.copy(stood.copied))
    try:
        yield
    finally:
        for owner, name, value in now:
            put_at(owner, name, value)


@contextmanager
def restored(network: nn.Module) -> Iterator[None]:
    """Put back whatever the network changes of what it keeps, when the block ends.

    Its parameters stay the objects that an optimizer knows.
    """
    before = kept_in(network)
    try:
        yield
    finally:
        for stood in changed_since(before, network).values():
            if isinstance(stood.value, nn.Parameter):
                continue
            put_at(stood.owner, stood.name, stood.copied)
