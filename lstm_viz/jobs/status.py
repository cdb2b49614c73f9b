"""How far is a job, and how long will it take?"""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """Where a job is on its way; the last three are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """Whether nothing more will happen."""
        return self not in (State.WAITING, State.RUNNING)


@dataclass(frozen=True, slots=True)
class Status:
    """How far a job is, at one moment.

    Attributes:
        state: where it is on its way.
        done: how much is done, in the work's own unit.
        total: how much there is in all; None if that is not known.
        sentence: what is being done, or why it ended without a result.
        seconds_left: estimated from what was done so far; None as long as that says nothing.
        before: how many jobs come first, 0 once it runs.
        stopping: whether it was asked to stop and has not done so yet.
    """

    state: State
    done: int
    total: int | None
    sentence: str
    seconds_left: float | None
    before: int
    stopping: bool

    @property
    def share(self) -> float | None:
        """How much of the whole is done, from 0 to 1; None if the whole is not known."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else None


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
