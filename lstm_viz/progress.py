"""How does long work say how far it is, and learn that nobody wants it any more?

Every function that takes longer than a blink takes a ``Progress`` and calls it between two steps.
It knows neither who watches nor how: a page, a terminal, or nobody.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class Cancelled(Exception):  # noqa: N818  (no error: somebody asked for it)
    """Raised by a ``Progress`` in the middle of work that is to stop."""


@runtime_checkable
class Progress(Protocol):
    """What is called between two steps of long work."""

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Take note.

        Args:
            done: how much is done, in a unit of the work's own, from 0 on.
            total: how much there is in all; None if that is not known.
            what: one sentence on what is being done, for people; empty if it is the same as before.

        Raises:
            Cancelled: the work is to stop; what it needs to go on later, it keeps before it lets
                this pass.
        """


def unwatched(done: int, total: int | None, what: str = "", /) -> None:
    """Be the progress of work that nobody watches."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What work said last, and from where on its pace is measured.

    Attributes:
        done: how much is done.
        total: of how much.
        sentence: what is being done.
        at: when it said so, in seconds.
        first: how much was done when it first spoke of this total: before, and not at this pace.
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
        """Return the mark of work that has not said anything."""
        return cls(0, None, "", now, 0, now)

    def moved(self, done: int, total: int | None, what: str, now: float) -> "Mark":
        """Return the mark after the next call of a ``Progress``."""
        sentence = what or self.sentence
        if total != self.total or done < self.done:  # another part of the work has begun
            return Mark(done, total, sentence, now, done, now)
        return Mark(done, total, sentence, now, self.first, self.since)

    def seconds_left(self, now: float) -> float | None:
        """Return how long the rest takes at the pace so far; None if there is no pace yet."""
        if not self.total or self.done <= self.first:
            return None
        pace = (self.at - self.since) / (self.done - self.first)
        return max(0.0, (self.total - self.done) * pace - (now - self.at))


def duration(seconds: int | float) -> str:
    """Return a time as people read it: 40 s, 1:05 min, or 2:00 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
