"""Which rows of a growing table are kept, where there is room for only so many?"""

from collections.abc import Mapping

import numpy as np


class Sample:
    """Evenly spaced rows: all while there is room, then every second, every fourth, ….

    Attributes:
        most: rows that are kept.
        read: rows that were added.
        kept: rows that are kept.

    Law:
        Row n of all rows is kept if n is a multiple of one power of two; once more than ``most``
        were added, more than half of ``most`` are kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.read = self.kept = 0
        self._every = 1
        self._parts: dict[str, list[np.ndarray]] = {}

    def add(self, parts: Mapping[str, np.ndarray]) -> None:
        """Add rows.

        Args:
            parts: arrays by name, the same names each time; rows are their first axis.
        """
        rows = len(next(iter(parts.values())))
        first = -self.read % self._every
        for name, values in parts.items():
            # A copy: a part of an array would keep all of it.
            self._parts.setdefault(name, []).append(values[first :: self._every].copy())
        self.kept += len(range(first, rows, self._every))
        self.read += rows
        while self.kept > self.most:
            self._parts = {name: [self.values(name)[::2].copy()] for name in self._parts}
            self.kept = (self.kept + 1) // 2
            self._every *= 2

    def values(self, name: str) -> np.ndarray:
        """Return the rows of one part that are kept."""
        return np.concatenate(self._parts[name])
