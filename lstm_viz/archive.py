"""How are named arrays and facts about them saved in a file? As numbers, never as objects.

``.npz`` is NumPy's own format; ``.json`` is as exact, larger, and readable in other languages.
Format 2 spells what was forced and holds its arrays; format 1 described it in prose.
"""

import codecs
import json
import os
import reprlib
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lstm_viz import plain_file
from lstm_viz.errors import TraceFileError

FORMAT_VERSION = 2
OLDER = (1,)  # versions that can still be read
_LARGEST = 2**30  # bytes that a file may unfold to
_LARGEST_JSON = 2**28  # bytes: as objects, numbers take many times the room of their text
_MOST = 100_000  # arrays: far more than the layers of any model make
_ANY = 2**63  # bytes; the old file will be overwritten
_FACTS = "facts"  # name of the entry that holds everything but the arrays


@dataclass(frozen=True, slots=True)
class Archive:
    """What a file holds.

    Attributes:
        kind: what the file holds: a text or a call.
        facts: everything that is not an array, as JSON values.
        arrays: by name.
        version: of the format that the file has.
    """

    kind: str
    facts: Mapping[str, Any]
    arrays: Mapping[str, np.ndarray]
    version: int = FORMAT_VERSION


def write(path: Path, content: Archive) -> None:
    """Write a file; its suffix, .npz or .json, is its format.

    Raises:
        TraceFileError: the suffix is another, or nothing can be written there.
    """
    if path.suffix not in (".npz", ".json"):
        raise TraceFileError(path.name, "a name that ends in .npz or .json", "it does not")
    with writing(path):
        _write(path, content)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn a failure to write a file into a sentence.

    Raises:
        TraceFileError: there is no such folder, no right to write, no room, or no plain file.
    """
    expected = "a place where a file can be written"
    if os.path.exists(path):  # noqa: PTH110  (which takes any name)
        plain_file.look(path, _ANY, expected, partial(TraceFileError, path.name))
    try:
        yield
    except (OSError, ValueError, MemoryError) as error:
        came = f"it cannot be ({plain_file.reason(error)})"
        raise TraceFileError(path.name, expected, came) from error


def _write(path: Path, content: Archive) -> None:
    head = {"format_version": FORMAT_VERSION, "kind": content.kind, "facts": dict(content.facts)}
    if path.suffix == ".npz":
        facts = np.frombuffer(_as_bytes(head), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(file, **{_FACTS: facts}, **content.arrays)  # type: ignore[arg-type]
    else:
        arrays = {
            name: {
                "dtype": str(array.dtype),
                "shape": array.shape,
                "values": array.ravel().tolist(),
            }
            for name, array in content.arrays.items()
        }
        path.write_bytes(_as_bytes({**head, "arrays": arrays}))


def read(path: Path) -> Archive:
    """Read a file that ``write`` wrote; nothing in it is executed.

    Raises:
        TraceFileError: the file is missing, damaged, too large, or of another format.
    """
    suffix = path.suffix.lower()
    if suffix not in (".npz", ".json"):
        came = f"it ends in {path.suffix or 'nothing'}; a table cannot be read back"
        raise TraceFileError(path.name, "a file that ends in .npz or .json", came)
    expected = "a file that lstm_viz wrote"
    largest = _LARGEST if suffix == ".npz" else _LARGEST_JSON
    plain_file.look(path, largest, expected, partial(TraceFileError, path.name))
    try:
        head, arrays = _read_npz(path) if suffix == ".npz" else _read_json(path)
        version = _checked_version(path, head["format_version"])
        return Archive(head["kind"], head["facts"], arrays, version)
    except TraceFileError:
        raise
    except Exception as error:  # no list of what a reader of damaged bytes raises is complete
        came = f"it cannot be read ({plain_file.reason(error)})"
        raise TraceFileError(path.name, expected, came) from error


def _checked_version(path: Path, version: object) -> int:
    known = (*OLDER, FORMAT_VERSION)
    if type(version) is not int or version not in known:
        came = f"it is {reprlib.repr(version)}"
        raise TraceFileError(path.name, f"format_version {' or '.join(map(str, known))}", came)
    return version


def _read_npz(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    _check_count(plain_file.zip_entries(path))
    with zipfile.ZipFile(path) as file:
        _check_count(len(file.infolist()))
        size = sum(entry.file_size for entry in file.infolist())
    if size > _LARGEST:
        raise TraceFileError(path.name, f"at most {_LARGEST:,} bytes", f"it unfolds to {size:,}")
    with np.load(path, allow_pickle=False) as entries:
        arrays = {name: entries[name] for name in entries.files}
    for array in arrays.values():
        _check_type(array.dtype)
    return _from_bytes(arrays.pop(_FACTS).tobytes()), arrays


def _read_json(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    head = _from_bytes(path.read_bytes().removeprefix(codecs.BOM_UTF8))
    _check_count(len(head["arrays"]))
    arrays = {
        name: _numbers(entry["values"], _plain(entry["dtype"])).reshape(entry["shape"])
        for name, entry in head.pop("arrays").items()
    }
    return head, arrays


def _numbers(values: list[object], dtype: np.dtype[Any]) -> np.ndarray:
    if any(isinstance(value, str) for value in values):  # which numpy would take for numbers
        raise ValueError("a number is written as a text")
    return np.array(values, dtype)


def _as_bytes(content: object) -> bytes:
    # Not escaped, and lone surrogates as they are: two escaped ones would be read back as one sign.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _from_bytes(raw: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(raw.decode("utf-8", "surrogatepass"))
    return found


def _plain(dtype: str) -> np.dtype[Any]:
    found = np.dtype(dtype)
    _check_type(found)
    return found


def _check_count(arrays: int) -> None:
    if arrays > _MOST:
        raise ValueError(f"it holds {arrays:,} arrays, more than {_MOST:,}")


def _check_type(dtype: np.dtype[Any]) -> None:
    if dtype.kind not in "fiub":
        raise ValueError(f"an array of {dtype} is not one of numbers")
