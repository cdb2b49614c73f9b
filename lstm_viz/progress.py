"""How does long work report its progress, and learn that it is cancelled?

Every function that takes long has a ``Progress`` as an argument and calls it between two steps. It
need not know who watches: a page, a terminal, or nobody.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Cancelled(Exception):  # noqa: N818  (no error: somebody asked for it)
    """Raised by a ``Progress`` in work that should stop."""


@runtime_checkable
class Progress(Protocol):
    """Called between two steps of long work."""

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Report progress.

        Args:
            done: how much is done, from 0, in any unit.
            total: how much there is in all; None if that is not known.
            what: is being done, as a sentence for people; empty if it is the same as before.

        Raises:
            Cancelled: the work should stop; it first saves what it needs to continue later.
        """


def unwatched(done: int, total: int | None, what: str = "", /) -> None:
    """Ignore the progress of work that nobody watches."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What work reported last, and since when its pace is measured.

    Attributes:
        done: how much is done.
        total: how much there is in all; None if that is not known.
        sentence: what is being done.
        at: when it was reported, in seconds.
        first: how much was done when this total was first reported.
        since: when that was, in seconds.
    """

    done: int
    total: int | None
    sentence: str
    at: float
    first: int
    since: float

    @classmethod
    def start(cls, now: float) -> "Mark":
        """Return the mark of work that has not reported anything."""
        return cls(0, None, "", now, 0, now)

    def next(self, done: int, total: int | None, what: str, now: float) -> "Mark":
        """Return the mark after the next call of a ``Progress``."""
        sentence = what or self.sentence
        if total != self.total or done < self.done:  # another part of the work began
            return Mark(done, total, sentence, now, done, now)
        return Mark(done, total, sentence, now, self.first, self.since)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the rest takes at the pace so far; None if the pace is not known yet."""
        if not self.total or self.done <= self.first:
            return None
        pace = (self.at - self.since) / (self.done - self.first)
        return max(0.0, (self.total - self.done) * pace - (now - self.at))


def duration(seconds: int | float) -> str:
    """Return a time for people to read: 40 s, 1:05 min, or 2:00 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
