"""How far is a download, how fast, and how long will it take?

A terminal shows one line that is drawn again; anything else gets a plain line every ten seconds.
"""

import time
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from lstm_viz.progress import duration

WIDTH = 24  # signs of the bar
REDRAWN = 0.1  # seconds between two drawings on a terminal
PLAIN = 10.0  # seconds between two lines elsewhere


@runtime_checkable
class Screen(Protocol):
    """What a progress is shown on, such as ``sys.stderr``."""

    def write(self, text: str, /) -> object:
        """Take a piece of text."""

    def flush(self) -> object:
        """Show it now."""

    def isatty(self) -> bool:
        """Tell whether a line can be drawn again."""


class ProgressLine:
    """The ``Progress`` of one file, written to a stream."""

    def __init__(
        self, name: str, stream: Screen, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.stream = stream
        self.clock = clock
        self.drawn = stream.isatty()
        self.began: tuple[float, int] | None = None  # seconds, and bytes that were there already
        self.last = 0.0

    def __call__(self, done: int, total: int | None, what: str = "", /) -> None:
        """Take note of how many bytes have come, and say so now and then; it has its own name."""
        del what
        now = self.clock()
        if self.began is None:
            self.began = (now, done)
        elif done != total and now - self.last < (REDRAWN if self.drawn else PLAIN):
            return
        self.last = now
        line = self._line(now, done, total)
        self.stream.write(f"\r\x1b[K{line}" if self.drawn else f"{line}\n")
        self.stream.flush()

    def close(self) -> None:
        """Leave the line, so that what follows does not write over it."""
        if self.drawn and self.began is not None:
            self.stream.write("\n")

    def _line(self, now: float, done: int, total: int | None) -> str:
        assert self.began is not None  # noqa: S101 - set by the only caller
        seconds = now - self.began[0]
        rate = (done - self.began[1]) / seconds if seconds > 0 else 0.0
        parts = [self.name, f"{size(done)} of {size(total)}" if total else size(done)]
        if self.drawn and total:
            filled = WIDTH * done // total
            parts.insert(1, "█" * filled + "░" * (WIDTH - filled))
        if total:
            parts.append(f"{100 * done // total} %")
        if rate:
            parts.append(f"{size(rate)}/s")
        if rate and total and done < total:
            parts.append(f"{duration((total - done) / rate)} left")
        return "  ".join(parts)


def size(count: int | float) -> str:
    """Return a number of bytes as people read it: 84.1 MB."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
