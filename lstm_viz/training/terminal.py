"""What a command shows of a training on its way, and how a signal stops it."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from lstm_viz.progress import Cancelled, Mark, Progress

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def listening() -> Iterator[Progress]:
    """Return a progress that says each sentence in a line, and stops when a signal came.

    While steps are done, the first signal stops them after the one that is being done, and a second
    one at once; at other times there is nothing to be kept, and every signal does what it did
    before. To be called in a main thread, which alone may listen to signals.
    """
    found = _Command()
    try:
        yield found
    finally:
        found.listen(steps=False)


class _Command:
    """The progress of a command."""

    def __init__(self) -> None:
        self.mark = Mark.start(time.monotonic())
        self.came = False
        self.before: dict[int, Any] = {}  # handlers, while this has its own

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        self.mark = self.mark.next(done, total, what, now := time.monotonic())
        if what:
            left = self.mark.seconds_left(now)
            sys.stderr.write(f"{what}\n" if left is None else f"{what}, {_time(left)} left\n")
        self.listen(steps=total is not None and done < total)
        if self.came:
            raise Cancelled

    def listen(self, *, steps: bool) -> None:
        """Hear signals while steps are done, and then no more."""
        if steps and not self.before:
            self.before = {number: signal.signal(number, self._hear) for number in _SIGNALS}
        if not steps:
            for number, handler in self.before.items():
                signal.signal(number, handler)
            self.before = {}

    def _hear(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.came:
            raise KeyboardInterrupt
        self.came = True


def _time(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
