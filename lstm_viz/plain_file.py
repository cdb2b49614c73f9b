"""Is it a plain file, and small enough? Checked before anything of it is read.

Reading a pipe may wait for ever, a device has no end, and a file may be of any size. Every file
that somebody else may have written is checked here first.
"""

import stat
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_viz.errors import LstmVizError, ModelFileError

Refusal = Callable[[str, str], LstmVizError]  # takes what was expected, and what came

_OTHERS = (
    (stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
)  # fmt: skip

_LONGEST = 200  # characters of a sentence that a file or a library says
_ENTRY = 128  # bytes of an entry in the list of an archive: 46 and its name


def look(path: Path, most: int, expected: str, refusal: Refusal) -> int:
    """Return how many bytes a file has; links are followed, nothing is opened.

    Args:
        path: of the file; any name.
        most: bytes that it may have.
        expected: what it should be, for the sentence.
        refusal: makes the error to raise.

    Raises:
        LstmVizError: from ``refusal``; the file is missing, not plain, or too large.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise refusal(expected, "there is no such file") from error
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        raise refusal(expected, f"it cannot be read ({reason(error)})") from error
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for fits, name in _OTHERS if fits(found.st_mode)), "a device")
        raise refusal(expected, f"it is {kind}")
    if found.st_size > most:
        raise refusal(f"at most {most:,} bytes", f"it has {found.st_size:,}")
    return found.st_size


def content(path: Path, most: int, expected: str, refusal: Refusal) -> bytes:
    """Return the bytes of a file; see ``look``.

    Raises:
        LstmVizError: from ``refusal``; the file cannot be read, or grows meanwhile.
    """
    size = look(path, most, expected, refusal)
    try:
        with path.open("rb") as file:
            found, more = file.read(size), file.read(1)
    except (OSError, ValueError, MemoryError) as error:
        raise refusal(expected, f"it cannot be read ({reason(error)})") from error
    if more:
        raise refusal(expected, f"it has more than the {size:,} bytes that it had")
    return found


def zip_entries(path: Path) -> int:
    """Return how many entries a zip archive has, or has room for, without listing them.

    Raises:
        zipfile.BadZipFile: it has no such list.
    """
    with path.open("rb") as file:
        # The function that zipfile itself uses, so that both see the same.
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if end is None:
        raise zipfile.BadZipFile("it has no list of its entries")
    entries, size = end[4], end[5]  # as the file says; zipfile reads to the end of the list
    return int(max(entries, size // _ENTRY))


@contextmanager
def opening(path: Path, expected: str, remedy: str, *, largest: int | None = None) -> Iterator[str]:
    """Check a file before it is opened, and turn any failure inside the block into a sentence.

    The libraries that read files do not list what they may raise: anything counts.

    Args:
        path: of the file.
        expected: what it should be, for the sentence.
        remedy: what to do otherwise.
        largest: bytes that it may have, if there is a limit.

    Yields:
        The name of the file, fit for a sentence.

    Raises:
        ModelFileError: it is missing, empty, too large, or not a plain file; or what is done
            inside the block fails.
    """
    name = short(path.name)

    def refusal(expected: str, came: str) -> ModelFileError:
        return ModelFileError(name, expected, came, remedy)

    size = look(path, sys.maxsize if largest is None else largest, expected, refusal)
    if not size:  # as those have that the system makes up while they are read
        raise refusal(expected, "it is damaged (it is empty)")
    try:
        yield name
    except LstmVizError:
        raise
    except Exception as error:
        came = f"it is damaged or of another kind ({reason(error)})"
        raise refusal(expected, came) from error


def short(words: object) -> str:
    """Return the first line of what a file or a library says, cut where it is very long."""
    first = (str(words).strip().splitlines() or [""])[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"


def reason(error: BaseException) -> str:
    """Return why something failed, in one short line; a long file name is not repeated."""
    known = error.strerror if isinstance(error, OSError) else None
    return short(known or error) or type(error).__name__
