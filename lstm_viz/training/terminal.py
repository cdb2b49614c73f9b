"""Progress of the training command, and how a signal stops it."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from lstm_viz.progress import Cancelled, Progress
from lstm_viz.terminal import TerminalLine

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stoppable_progress(*, shown: bool = True) -> Iterator[Progress]:
    """Return a progress that writes to the terminal, and stops the work after a signal.

    Between the steps of some work, the first signal stops it after the present step and a second
    one at once. At other times there is nothing to save, and signals do what they did before. To be
    called in the main thread, which alone may handle signals.

    Args:
        shown: whether it writes; of several processes one does.
    """
    progress = _StoppableProgress(shown=shown)
    try:
        yield progress
    finally:
        progress.handle_signals(steps=False)
        progress.line.close()


class _StoppableProgress:
    def __init__(self, *, shown: bool) -> None:
        self.shown = shown
        self.line = TerminalLine(sys.stderr, every=None)
        self.signalled = False
        self.before: dict[int, Any] = {}  # handlers that were replaced

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        if self.shown:
            self.line(done, total, what)
        self.handle_signals(steps=total is not None and done < total)
        if self.signalled:
            raise Cancelled

    def handle_signals(self, *, steps: bool) -> None:
        """Handle signals while there are steps to do, and restore the old handlers after them."""
        if steps and not self.before:
            self.before = {number: signal.signal(number, self._handle) for number in _SIGNALS}
        if not steps:
            for number, handler in self.before.items():
                signal.signal(number, handler)
            self.before = {}

    def _handle(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        if self.signalled:
            raise KeyboardInterrupt
        self.signalled = True
