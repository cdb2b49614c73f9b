"""How are numbers read out of HDF5? Only those that lie in the file itself, and not without end."""

from typing import Any

import numpy as np

from lstm_viz.errors import ModelFileError

LARGEST = 200 * 2**20  # bytes that a file, or an entry of it, may unfold to
RESTORE = "Save the model again with model.save(path)."


class Numbers:
    """Reads arrays that lie in the file itself, and no more of them than is put up with."""

    def __init__(self, file: str) -> None:
        """Begin to read the file of this name."""
        self._file = file
        self._left = LARGEST

    def read(self, group: Any, key: str) -> np.ndarray:  # noqa: ANN401
        """Read one array of finite numbers.

        Raises:
            ModelFileError: it lies elsewhere, is no array of finite floats, or is too large
                together with those read before.
        """
        if not is_own(group, key):
            raise self._refusal("all numbers inside the file", f"{key!r} is missing or elsewhere")
        dataset = group[key]
        if dataset.external or dataset.is_virtual:
            raise self._refusal("all numbers inside the file", f"{key!r} lies in another file")
        self._left -= dataset.size * dataset.dtype.itemsize
        if dataset.dtype.kind != "f" or self._left < 0:
            came = f"{key!r} has {dataset.size:,} of type {dataset.dtype}"
            raise self._refusal(f"at most {LARGEST:,} bytes of floats", came)
        array = np.asarray(dataset[()], dtype=np.float32)
        if not np.isfinite(array).all():
            raise self._refusal(f"finite numbers in {key!r}", "some are not")
        return array

    def _refusal(self, expected: str, came: str) -> ModelFileError:
        return ModelFileError(self._file, expected, came, RESTORE)


def is_own(group: Any, key: str) -> bool:  # noqa: ANN401
    """Whether a group has an entry, and no part of the way there is a link to somewhere else."""
    for part in key.split("/"):
        link = group.get(part, getlink=True) if hasattr(group, "get") else None
        if type(link).__name__ != "HardLink":
            return False
        group = group[part]
    return True


def names(group: Any, key: str) -> list[str]:  # noqa: ANN401
    """Return a list of names; long ones are cut into key0, key1, …."""
    parts = [group.attrs[key]] if key in group.attrs else []
    while f"{key}{len(parts)}" in group.attrs:
        parts.append(group.attrs[f"{key}{len(parts)}"])
    return [text(name) for part in parts for name in part]


def text(value: Any) -> str:  # noqa: ANN401  (HDF5 has bytes or text)
    """Return an attribute as text."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
