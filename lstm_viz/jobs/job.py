"""One piece of work in the background: how far is it, does anybody want it, what came of it?"""

import logging
import traceback
from collections.abc import Callable, Hashable
from threading import Condition
from typing import Any

from lstm_viz.errors import LstmVizError
from lstm_viz.jobs.status import State, Status
from lstm_viz.progress import Cancelled, Mark

# A browser wakes pages that nobody sees once a minute, and may miss one.
PATIENCE = 120.0  # seconds after which a job that nobody looks at is stopped
LEAVING = 10.0  # seconds after which one is stopped whose reader has gone on to something else

_LOG = logging.getLogger(__name__)


class Job:
    """A piece of work, made by ``start``.

    Attributes:
        key: what it works on.
        state: where it is on its way.
        result: what the function returned once it is done, shared by all who ask: to be looked at
            and not changed. None before, and after another end.
        error: why there is no result, in one sentence; empty if there is one or may be.
        looked: when somebody last looked at it, in seconds of the clock.
        began: when it began to run; None before.
        ended: when it ended; None before.
    """

    def __init__(
        self,
        key: Hashable,
        work: Callable[..., Any],
        changed: Condition,
        clock: Callable[[], float],
        before: Callable[["Job"], int],
    ) -> None:
        """Take what to do, and from the queue its lock, its clock and a place in it."""
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
        """Return how far it is; who looks wants it to go on."""
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
        """Stop it, for everybody: at its next step, or at once if it has not begun."""
        with self._changed:
            self._stop = True
            if self.state is State.WAITING:
                self._end(State.CANCELLED, "It was stopped before it began.")

    def leave(self) -> None:
        """Say that one reader does not need it now; it stops soon unless somebody looks."""
        with self._changed:
            self._wanted_until = min(self._wanted_until, self._clock() + LEAVING)

    def wait(self, seconds: float | None = None) -> State:
        """Wait until it has ended, at most so long; return its state. Who waits wants it."""
        with self._changed:
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self.state.is_end, seconds)
            finally:
                self._waiting -= 1
                self._wanted_until = self._clock() + PATIENCE
            return self.state

    def ask(self) -> None:
        """Say that somebody wants it, as from now on."""
        with self._changed:
            self._wanted_until = self._clock() + PATIENCE

    def lose(self, changed: Condition) -> None:
        """End it in a process that was forked off, where nobody works on it.

        Args:
            changed: a lock that nobody holds.
        """
        self._changed = changed
        if not self.state.is_end:
            self._end(State.CANCELLED, "It runs in another process.")

    def is_wanted(self) -> bool:
        """Whether nobody stopped it, and somebody looked at it lately."""
        wanted = self._waiting > 0 or self._clock() <= self._wanted_until
        return wanted and not self._stop

    def begin(self) -> None:
        """Take note that it runs from now on."""
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
        except BaseException as error:  # also what would end the thread: it must not seem to run
            _LOG.error("A job failed: %s", _place(error))
            self._end(State.FAILED, "This is a fault of the program; its log says where.")
        else:
            self.result = result
            self._end(State.DONE)

    def _progress(self, done: int, total: int | None, what: str = "", /) -> None:
        with self._changed:
            self._mark = self._mark.moved(done, total, what, self._clock())
            if not self.is_wanted():
                raise Cancelled

    def _end(self, state: State, error: str = "") -> None:
        with self._changed:
            self._work = None  # its arguments may be large, and somebody's text
            self.state, self.error, self.ended = state, error, self._clock()
            self._changed.notify_all()


def _place(error: BaseException) -> str:
    """Return an error's kind and where it came from; what it says may be somebody's text."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    where = " < ".join(f"{one.filename}:{one.lineno} {one.name}" for one in frames)
    return f"{type(error).__name__} at {where}"
