"""What is looked at before a file is opened, and what becomes of all that opening it can end in."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_viz.errors import LstmVizError, ModelFileError

_LONGEST = 200  # letters of a file's own words that are worth reading in a sentence


@contextmanager
def reading(path: Path, expected: str, remedy: str, *, largest: int | None = None) -> Iterator[str]:
    """Look at a file before it is opened, and turn whatever opening it ends in into a sentence.

    What the libraries that read files may raise is in no list of theirs: anything counts.

    Args:
        path: of the file.
        expected: what it should be, for the sentence.
        remedy: what to do otherwise.
        largest: bytes that it may have, if there is a limit.

    Yields:
        The name of the file, fit for a sentence.

    Raises:
        ModelFileError: it is missing, empty, too large or no file but a folder, pipe or device,
            which could be waited for without end; or what is done inside the block fails.
    """
    name = short(path.name)
    try:
        came = _unfit(path, largest)
    except (OSError, ValueError) as error:  # a name too long, a folder that may not be entered
        came = f"it cannot be looked at ({short(error)})"
    if came:
        raise ModelFileError(name, expected, came, remedy)
    try:
        yield name
    except LstmVizError:
        raise
    except Exception as error:
        came = f"it is damaged or of another kind ({short(error)})"
        raise ModelFileError(name, expected, came, remedy) from error


def short(words: object) -> str:
    """Return the first line of what a file or a library says, cut where it is very long."""
    first = (str(words).strip().splitlines() or [""])[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"


def _unfit(path: Path, largest: int | None) -> str:
    """Return why a file should not be opened; nothing if it may."""
    try:
        found = os.stat(path)  # noqa: PTH116  (all that is asked is told at once)
    except (FileNotFoundError, NotADirectoryError):
        return "there is no such file"
    if not stat.S_ISREG(found.st_mode):
        return "there is no such file, but a folder, pipe or device"
    if not found.st_size:  # as those have that the system makes up while they are read
        return "it is damaged (it is empty)"
    if largest is not None and found.st_size > largest:
        return f"at most {largest:,} bytes are opened and it has {found.st_size:,}"
    return ""
