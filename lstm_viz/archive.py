"""How are named arrays and the facts about them kept in a file? As numbers, never as objects.

``.npz`` is numpy's own format and exact; ``.json`` is as exact, and larger, for other languages.
"""

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz.errors import TraceFileError

FORMAT_VERSION = 1
_LARGEST = 2**30  # bytes that a file may unfold to
# What reading a damaged file can end in: in Python's own zip, JSON and numpy.
_DAMAGE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, EOFError,
    RuntimeError, MemoryError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_FACTS = "facts"  # name of the entry that holds everything but the arrays


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds.

    Attributes:
        kind: what the arrays make together.
        facts: everything that is no array, as JSON values.
        arrays: by name.
    """

    kind: str
    facts: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]


def write(path: Path, content: Archive) -> None:
    """Write a file; its suffix, .npz or .json, is its format.

    Raises:
        TraceFileError: the suffix is another.
    """
    head = {"format_version": FORMAT_VERSION, "kind": content.kind, "facts": dict(content.facts)}
    if path.suffix == ".npz":
        facts = np.frombuffer(_as_bytes(head), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, **{_FACTS: facts}, **content.arrays)  # type: ignore[arg-type]
    elif path.suffix == ".json":
        arrays = {
            name: {
                "dtype": str(array.dtype),
                "shape": array.shape,
                "values": array.ravel().tolist(),
            }
            for name, array in content.arrays.items()
        }
        path.write_bytes(_as_bytes({**head, "arrays": arrays}))
    else:
        raise TraceFileError(path.name, "a name that ends in .npz or .json", "it does not")


def read(path: Path) -> Archive:
    """Read a file that ``write`` wrote; nothing in it is executed.

    Raises:
        TraceFileError: the file is missing, damaged, too large, or of another format.
    """
    if path.suffix not in (".npz", ".json"):
        came = f"it ends in {path.suffix or 'nothing'}; a table cannot be read back"
        raise TraceFileError(path.name, "a file that ends in .npz or .json", came)
    try:
        head, arrays = _read_npz(path) if path.suffix == ".npz" else _read_json(path)
        found = Archive(head["kind"], head["facts"], arrays)
    except TraceFileError:
        raise
    except _DAMAGE as error:
        came = f"it cannot be read ({error})"
        raise TraceFileError(path.name, "a file that lstm_viz wrote", came) from error
    if head["format_version"] != FORMAT_VERSION:
        came = f"it is {head['format_version']!r}"
        raise TraceFileError(path.name, f"format_version {FORMAT_VERSION}", came)
    return found


def _read_npz(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with zipfile.ZipFile(path) as file:
        size = sum(entry.file_size for entry in file.infolist())
    if size > _LARGEST:
        raise TraceFileError(path.name, f"at most {_LARGEST:,} bytes", f"it unfolds to {size:,}")
    with np.load(path, allow_pickle=False) as entries:
        arrays = {name: entries[name] for name in entries.files}
    return _from_bytes(arrays.pop(_FACTS).tobytes()), arrays


def _read_json(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    if path.stat().st_size > _LARGEST:
        came = f"it has {path.stat().st_size:,}"
        raise TraceFileError(path.name, f"at most {_LARGEST:,} bytes", came)
    head = _from_bytes(path.read_bytes())
    arrays = {
        name: np.array(entry["values"], dtype=_plain(entry["dtype"])).reshape(entry["shape"])
        for name, entry in head.pop("arrays").items()
    }
    return head, arrays


def _as_bytes(content: object) -> bytes:
    # Not escaped, and lone surrogates as they are: two escaped ones would be read back as one sign.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _from_bytes(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(raw.decode("utf-8", "surrogatepass"))
    return found


def _plain(dtype: str) -> np.dtype[Any]:
    found = np.dtype(dtype)
    if found.kind not in "fiub":
        raise ValueError(f"an array of {dtype} is not one of numbers")
    return found
