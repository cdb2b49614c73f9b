"""What is looked at before a file is opened, and what becomes of all that opening it can end in."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_viz.errors import LstmVizError, ModelFileError
from lstm_viz.plain_file import look

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
        raise ModelFileError(name, expected, came, remedy) from error


def short(words: object) -> str:
    """Return the first line of what a file or a library says, cut where it is very long."""
    first = (str(words).strip().splitlines() or [""])[0]
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"


def reason(error: BaseException) -> str:
    """Return what an error says, or its class where it says nothing."""
    return short(error) or type(error).__name__
