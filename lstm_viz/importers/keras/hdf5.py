"""How are arrays read from HDF5? Only from the file itself, and only up to a limit."""

import math
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from lstm_viz.errors import ModelFileError
from lstm_viz.plain_file import short

LARGEST = 200 * 2**20  # bytes that a file, or an entry of it, may unfold to
LARGEST_TEXT = 16 * 2**20  # bytes of a description
RESTORE = "Save the model again with model.save(path)."
_MOST_ARRAYS = 10_000
_MOST_CHUNKS = 100_000
_LONGEST_NAME = 1_000
_DEFLATE, _LZF = 1, 32_000
_LZF_RATIO = 90  # no more comes of a byte
_FILTERS = {_DEFLATE, _LZF, 2, 3}  # with shuffling and checksums, which keep the size


class Numbers:
    """Reads arrays from the file itself, up to a limit."""

    def __init__(self, file: str) -> None:
        """Begin to read the file of this name."""
        self._file = file
        self._left = LARGEST
        self._arrays = 0

    def read(self, group: Any, key: str) -> np.ndarray:  # noqa: ANN401
        """Read one array of finite numbers.

        Raises:
            ModelFileError: it is in another file, is not an array of finite floats, or is too
                large together with the arrays read before.
        """
        if not is_own(group, key):
            came = f"{short(key)!r} is missing or elsewhere"
            raise self._refusal("all numbers inside the file", came)
        dataset = group[key]
        if dataset.external or dataset.is_virtual:
            came = f"{short(key)!r} lies in another file"
            raise self._refusal("all numbers inside the file", came)
        size = math.prod(dataset.shape)  # dataset.size would wrap round
        self._left -= size * dataset.dtype.itemsize
        self._arrays += 1
        if dataset.dtype.kind != "f" or self._left < 0:
            came = f"{short(key)!r} has {size:,} of type {dataset.dtype}"
            raise self._refusal(f"at most {LARGEST:,} bytes of floats", came)
        if self._arrays > _MOST_ARRAYS or not all(_unfold(dataset)):
            raise self._refusal("arrays as Keras writes them", f"{short(key)!r} unfolds too far")
        with np.errstate(all="ignore"):  # what is too large for float32 becomes infinite
            array = np.asarray(dataset[()], dtype=np.float32)
        if not np.isfinite(array).all():
            raise self._refusal(f"finite numbers in {short(key)!r}", "some are not")
        return array

    def _refusal(self, expected: str, came: str) -> ModelFileError:
        return ModelFileError(self._file, expected, came, RESTORE)


def _unfold(dataset: Any) -> Iterator[bool]:  # noqa: ANN401
    """Yield for each chunk whether it unfolds to at most its size, which HDF5 does not check."""
    if not dataset.chunks:
        return
    size = math.prod(dataset.chunks) * dataset.dtype.itemsize
    plan = dataset.id.get_create_plist()
    filters = [plan.get_filter(place)[0] for place in range(plan.get_nfilters())]
    packing = [code for code in filters if code in (_DEFLATE, _LZF)]
    yield size <= LARGEST and _FILTERS.issuperset(filters) and len(packing) <= 1
    pieces = zip(dataset.shape, dataset.chunks, strict=True)
    yield math.prod(-(-length // chunk) for length, chunk in pieces) <= _MOST_CHUNKS
    for number in range(dataset.id.get_num_chunks() if packing else 0):
        chunk = dataset.id.get_chunk_info(number)
        if _LZF in packing:
            yield chunk.size * _LZF_RATIO <= LARGEST
            continue
        yield chunk.size <= LARGEST
        skipped, packed = dataset.id.read_direct_chunk(chunk.chunk_offset)
        if not skipped:
            yield len(zlib.decompressobj().decompress(packed, size + 1)) <= size


def is_own(group: Any, key: str) -> bool:  # noqa: ANN401
    """Whether a group has an entry, and no part of its path is a link to another place."""
    if len(key) > _LONGEST_NAME:
        return False
    for part in key.split("/"):
        link = group.get(part, getlink=True) if hasattr(group, "get") else None
        if type(link).__name__ != "HardLink":
            return False
        group = group[part]
    return True


def names(group: Any, key: str) -> list[str]:  # noqa: ANN401
    """Return a list of names; long ones are cut into key0, key1, …."""
    parts = [attribute(group, key)] if key in group.attrs else []
    while f"{key}{len(parts)}" in group.attrs:
        parts.append(attribute(group, f"{key}{len(parts)}"))
    found = [text(name) for part in parts for name in part]
    if len(found) > _LONGEST_NAME:
        raise ValueError(f"{len(found):,} arrays in one layer")
    return found


def attribute(group: Any, key: str) -> Any:  # noqa: ANN401
    """Return the value of an attribute, if it is not too large for a description."""
    found = group.attrs.get_id(key)
    size = math.prod(found.shape) * found.dtype.itemsize
    if size > LARGEST_TEXT:
        raise ValueError(f"a description of {size:,} bytes")
    return group.attrs[key]


def text(value: Any) -> str:  # noqa: ANN401  (HDF5 has bytes or text)
    """Return an attribute as text."""
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)
