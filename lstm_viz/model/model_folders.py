"""Which model folders are there? Looked at without opening anything in them.

A folder that is closed, damaged or has a name of any bytes is there like others: who opens it is
told, and all others go on.
"""

from collections.abc import Iterable
from pathlib import Path


def folders_in(parents: Iterable[Path]) -> dict[str, Path]:
    """Return the model folders by name; of two of one name, that of the later parent."""
    places = [parent / name for parent in parents for name in file_names(parent)]
    return {place.name: place for place in places if exists(place / "config.json")}


def file_names(place: Path) -> list[str]:
    """Return what a folder holds; nothing where it cannot be looked into."""
    try:
        return [one.name for one in place.iterdir()]
    except (OSError, ValueError):
        return []


def exists(file: Path) -> bool:
    """Whether there is such a file, or something in the way that keeps one from knowing."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # a folder that is closed, or a link to itself: told when it is opened
        return True
    return True
