"""How does long work say how far it is, and learn that nobody wants it any more?

Every function that takes longer than a blink takes a ``Progress`` and calls it between two steps.
It knows neither who watches nor how: a page, a terminal, or nobody.
"""

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


def duration(seconds: int | float) -> str:
    """Return a time as people read it: 40 s, 1:05 min, or 2:00 h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"
