"""Which job runs next, and which ended jobs are still known?"""

import time
from collections.abc import Callable, Hashable
from functools import partial
from threading import Condition, Thread
from typing import Any

from lstm_viz import threads
from lstm_viz.errors import BusyError
from lstm_viz.jobs.job import Job
from lstm_viz.jobs.status import State

WORKERS = 2  # jobs at a time: one of seconds need not wait for one of minutes
WAITING = 16  # jobs that may wait for their turn
KEPT = 16  # ended jobs that stay known: those that were looked at last


class Jobs:
    """All jobs of a process: a few run, others wait in order, some ended ones are kept."""

    def __init__(self, workers: int = WORKERS, clock: Callable[[], float] = time.monotonic) -> None:
        self._workers, self._clock = workers, clock
        self.clear()

    def clear(self) -> None:
        """Forget all jobs: a child process has no threads, and its lock may be held."""
        self._changed = Condition()
        for job in getattr(self, "_known", {}).values():
            job.lose(self._changed)
        self._known: dict[Hashable, Job] = {}
        self._waiting: list[Job] = []
        self._running: list[Job] = []

    def start(self, key: Hashable, function: Callable[..., Any], *args: object) -> Job:
        """Return the job of this key: the one that waits, runs or is done, else a new one.

        Args:
            key: everything that the result depends on: the same key gives the same result.
            function: called as ``function(*args, progress=progress)`` in another thread.
            args: for the function.

        Raises:
            BusyError: too many jobs wait already.
        """
        with self._changed:
            known = self._known.get(key)
            if known is not None and known.state not in (State.FAILED, State.CANCELLED):
                known.ask()
                return known
            if len(self._in_line()) >= WAITING:
                raise BusyError(WAITING)
            work = partial(function, *args)
            job = Job(key, work, self._changed, self._clock, self._before)
            self._known[key] = job
            self._waiting.append(job)
            self._forget()
            self._start_waiting()
            return job

    def find(self, key: Hashable) -> Job | None:
        """Return the last job of this key, if it is still known."""
        with self._changed:
            return self._known.get(key)

    def stop(self, seconds: float) -> bool:
        """Stop all jobs; return whether they have ended after so long at most."""
        with self._changed:
            for job in (*self._waiting, *self._running):
                job.cancel()
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _before(self, job: Job) -> int:
        """Return how many jobs come before one."""
        line = self._in_line()
        return line.index(job) + len(self._running) if job in line else 0

    def _in_line(self) -> list[Job]:
        """Return the waiting jobs, without those that nobody wants."""
        for job in self._waiting:
            if not job.is_wanted():
                job.cancel()
        self._waiting = [job for job in self._waiting if job.state is State.WAITING]
        return self._waiting

    def _start_waiting(self) -> None:
        """Start as many waiting jobs as may run."""
        while len(self._running) < self._workers and self._in_line():
            job = self._waiting.pop(0)
            job.begin()
            self._running.append(job)
            # A daemon thread does not keep a program from ending.
            Thread(target=self._work, args=(job,), name="lstm-viz job", daemon=True).start()

    def _work(self, job: Job) -> None:
        threads.limit()
        job.run()
        with self._changed:
            self._running.remove(job)
            self._start_waiting()
            self._changed.notify_all()

    def _forget(self) -> None:
        """Keep only the ended jobs that there is room for."""
        ended = [job for job in self._known.values() if job.state.is_end]
        ended.sort(key=lambda job: job.looked)
        for job in ended[: max(0, len(ended) - KEPT)]:
            del self._known[job.key]
