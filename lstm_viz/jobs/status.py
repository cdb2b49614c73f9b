"""How far is a job, and how long will it take?"""

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """The state of a job; the last three are final."""

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
        state: of the job.
        done: how much is done, in the unit of the work.
        total: how much there is in all; None if that is not known.
        sentence: what is being done, or why it ended without a result.
        seconds_left: estimated from the pace so far; None while that is not known.
        before: how many jobs are ahead of it; 0 once it runs.
        stopping: whether it was asked to stop and still runs.
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
        """How much is done, from 0 to 1; None if the total is not known."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total else None
