"""Progress of a command: one line that is redrawn on a terminal, plain lines in a log."""

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from lstm_viz.progress import Mark, duration

WIDTH = 24  # characters of the bar
REDRAWN = 0.1  # seconds between two drawings on a terminal
PLAIN = 10.0  # seconds between two lines in a log


@runtime_checkable
class Screen(Protocol):
    """A stream that progress is written to, such as ``sys.stderr``."""

    def write(self, text: str, /) -> object:
        """Write a piece of text."""

    def flush(self) -> object:
        """Show it now."""

    def isatty(self) -> bool:
        """Return whether a line can be redrawn."""


def number(count: int | float) -> str:
    """Return a count as people read it: 1,200."""
    return f"{count:,.0f}"


def size(count: int | float) -> str:
    """Return a number of bytes as people read it: 84.1 MB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


class TerminalLine:
    """A ``Progress`` that writes to a stream.

    Each sentence gets a line of its own, with the time left. Between sentences, a terminal shows a
    bar, redrawn at most ten times a second.
    """

    def __init__(
        self,
        stream: Screen,
        name: str = "",
        *,
        amount: Callable[[int | float], str] = number,
        every: float | None = PLAIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the stream.

        Args:
            stream: such as ``sys.stderr``.
            name: in front of the bar.
            amount: formats what is counted.
            every: seconds between two lines without a sentence in a log; None for sentences alone.
            clock: returns seconds.
        """
        self.stream, self.name, self.amount, self.clock = stream, name, amount, clock
        self.drawn = stream.isatty()
        self.interval = REDRAWN if self.drawn else every
        self.mark: Mark | None = None
        self.last = float("-inf")  # when a bar or a plain line was written
        self.is_open = False  # a bar is on the screen, without an end of line

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Write a sentence, or how much is done if the last time is long enough ago."""
        now = self.clock()
        mark = self.mark or Mark(done, total, what, now, done, now)
        self.mark = mark = mark.next(done, total, what, now)
        if what:
            left = mark.seconds_left(now)
            line = what if left is None else f"{what}, {duration(left)} left"
            self._write(line, "\n")
        elif self.interval is not None and (now - self.last >= self.interval or done == total):
            self.last = now
            self._write(self._line(mark), "" if self.drawn else "\n")

    def close(self) -> None:
        """End the bar, so that the next output does not overwrite it."""
        if self.is_open:
            self.stream.write("\n")
            self.is_open = False

    def _write(self, line: str, end: str) -> None:
        self.stream.write(f"\r\x1b[K{line}{end}" if self.drawn else f"{line}{end}")
        self.stream.flush()
        self.is_open = not end

    def _line(self, mark: Mark) -> str:
        done, total, seconds = mark.done, mark.total, mark.at - mark.since
        rate = (done - mark.first) / seconds if seconds > 0 else 0.0
        parts = [self.name] if self.name else []
        if self.drawn and total:
            filled = WIDTH * done // total
            parts.append("█" * filled + "░" * (WIDTH - filled))
        parts.append(f"{self.amount(done)} of {self.amount(total)}" if total else self.amount(done))
        if total:
            parts.append(f"{100 * done // total} %")
        if rate >= 1:
            parts.append(f"{self.amount(rate)}/s")
        if rate and total and done < total:
            parts.append(f"{duration((total - done) / rate)} left")
        return "  ".join(parts)
