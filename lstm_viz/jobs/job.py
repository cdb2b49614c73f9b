"""One piece of work in the background: its progress, who still wants it, and its result."""

import logging
import traceback
from collections.abc import Callable, Hashable
from threading import Condition
from typing import Any

from lstm_viz.errors import LstmVizError
from lstm_viz.jobs.status import State, Status
from lstm_viz.progress import Cancelled, Mark

# A browser wakes hidden pages once a minute, and may miss one.
PATIENCE = 120.0  # seconds after which a job that nobody looks at is stopped
LEAVING = 10.0  # seconds after which a job is stopped whose reader has moved on

_LOG = logging.getLogger(__name__)


class Job:
    """A piece of work, made by ``start``.

    Attributes:
        key: what it works on.
        state: where it is on its way.
        result: what the function returned, shared by all who ask: do not change it. None until
            then, and if it failed or was cancelled.
        error: why there is no result, in one sentence; empty if there is or may still be one.
        looked: when somebody last looked at it, in seconds of the clock.
        began: when it began to run; None before that.
        ended: when it ended; None before that.
    """

    def __init__(
        self,
        key: Hashable,
        work: Callable[..., Any],
        changed: Condition,
        clock: Callable[[], float],
        before: Callable[["Job"], int],
    ) -> None:
        """Take the work, and the lock, the clock and the position of the queue."""
        self.key, self.state = key, State.WAITING
        self.result: Any = None
        self.error = ""
        self.looked = clock()
        self.began: float | None = None
        self.ended: float | None = None
        self._work: Callable[..., Any] | None = work
        self._changed, self._clock, self._before = changed, clock, before
        self._stop = False
        self._waiting = 0  # how many threads wait for it
        self._wanted_until = self.looked + PATIENCE
        self._mark = Mark.start(self.looked)

    def look(self) -> Status:
        """Return its status; looking at a job keeps it going."""
        with self._changed:
            self.looked = self._clock()
            self._wanted_until = self.looked + PATIENCE
            mark, running = self._mark, self.state is State.RUNNING
            return Status(
                self.state,
                mark.done,
                mark.total,
                self.error or mark.sentence,
                mark.seconds_left(self.looked) if running else None,
                self._before(self),
                self._stop and running,
            )

    def cancel(self) -> None:
        """Stop it for everybody: at its next step, or at once if it has not begun."""
        with self._changed:
            self._stop = True
            if self.state is State.WAITING:
                self._end(State.CANCELLED, "It was stopped before it began.")

    def leave(self) -> None:
        """Note that a reader no longer needs it; it stops soon unless somebody looks."""
        with self._changed:
            self._wanted_until = min(self._wanted_until, self._clock() + LEAVING)

    def wait(self, seconds: float | None = None) -> State:
        """Wait until it has ended, at most so long; return its state. Waiting keeps it going."""
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self.state.is_end, seconds)
            finally:
                self._waiting -= 1
                self._wanted_until = self._clock() + PATIENCE
            return self.state

    def ask(self) -> None:
        """Note that somebody wants it now."""
        with self._changed:
            self._wanted_until = self._clock() + PATIENCE

    def lose(self, changed: Condition) -> None:
        """End it in a forked process, where no thread runs it.

        Args:
            changed: a new lock.
        """
        self._changed = changed
        if not self.state.is_end:
            self._end(State.CANCELLED, "It runs in another process.")

    def is_wanted(self) -> bool:
        """Whether nobody stopped it and somebody looked at it recently."""
        wanted = self._waiting > 0 or self._clock() <= self._wanted_until
        return wanted and not self._stop

    def begin(self) -> None:
        """Note that it runs from now on."""
        with self._changed:
            self.state, self.began = State.RUNNING, self._clock()

    def run(self) -> None:
        """Do the work, in the calling thread."""
        assert self._work is not None  # noqa: S101 - it has not ended
        try:
            result = self._work(progress=self._progress)
        except Cancelled:
            why = "It was stopped." if self._stop else "It was stopped because nobody looked at it."
            self._end(State.CANCELLED, why)
        except LstmVizError as error:
            self._end(State.FAILED, str(error))
        except BaseException as error:  # also one that ends the thread: it must not seem to run
            _LOG.error("A job failed: %s", _place(error))
            self._end(State.FAILED, "This is a fault of the program; its log says where.")
        else:
            self.result = result
            self._end(State.DONE)

    def _progress(self, done: int, total: int | None, what: str = "", /) -> None:
        with self._changed:
            self._mark = self._mark.next(done, total, what, self._clock())
            if not self.is_wanted():
                raise Cancelled

    def _end(self, state: State, error: str = "") -> None:
        with self._changed:
            self._work = None  # its arguments may be large, and somebody's text
            self.state, self.error, self.ended = state, error, self._clock()
            self._changed.notify_all()


def _place(error: BaseException) -> str:
    """Return an error's type and place; its message may hold somebody's text."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    where = " < ".join(f"{one.filename}:{one.lineno} {one.name}" for one in frames)
    return f"{type(error).__name__} at {where}"
