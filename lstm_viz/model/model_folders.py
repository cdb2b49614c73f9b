"""Which model folders are there? Found without opening any file in them.

A folder that is closed, damaged or oddly named is listed like others: only opening it fails.
"""

from collections.abc import Iterable
from pathlib import Path


def folders_in(parents: Iterable[Path]) -> dict[str, Path]:
    """Return the model folders by name; for a name that occurs twice, that of the later parent."""
    places = [parent / name for parent in parents for name in file_names(parent)]
    return {place.name: place for place in places if exists(place / "config.json")}


def file_names(place: Path) -> list[str]:
    """Return the names in a folder; none if it cannot be read."""
    try:
        return [one.name for one in place.iterdir()]
    except (OSError, ValueError):
        return []


def exists(file: Path) -> bool:
    """Whether a file exists, or an error keeps one from knowing."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # a closed folder, or a link to itself: opening it will say so
        return True
    return True
