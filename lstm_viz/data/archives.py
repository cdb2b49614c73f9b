"""Reading the files of an archive in memory: nothing is ever unpacked to disk.

An archive is untrusted until its rows are checked. So names that lead out of it are refused, and so
are links, encrypted files, duplicates, and whatever unpacks to more than it should.
"""

import gzip
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from lstm_viz import plain_file
from lstm_viz.errors import DataFileError

Wanted = Callable[[str], bool]  # whether the file of this name is read
REMEDY = "This is not the file that was expected; nothing was written."


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of what an archive may hold.

    Attributes:
        members: files and folders.
        member: bytes of one file that is read.
        total: bytes in all, unpacked.
    """

    members: int = 200_000
    member: int = 2**26
    total: int = 2**30


LIMITS = Limits()


def members(path: Path, wanted: Wanted, limits: Limits = LIMITS) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each wanted file in a .zip or .tar.gz.

    Raises:
        DataFileError: the archive is damaged, unsafe or too large.
    """
    plain_file.look(path, limits.total, "an archive", partial(_refused, path))
    reader = _in_zip if path.suffix == ".zip" else _in_tar
    seen: set[str] = set()
    try:
        for name, content in reader(path, wanted, limits):
            if name in seen:
                raise _refused(path, "each file once", f"{name} is there twice")
            seen.add(name)
            yield name, content
    except DataFileError:
        raise
    except Exception as error:  # readers of damaged bytes raise errors of any kind
        came = f"it is not ({plain_file.reason(error)})"
        raise _refused(path, "an archive that is whole", came) from error


def read_members(path: Path, names: Sequence[str], limits: Limits = LIMITS) -> list[bytes]:
    """Return the contents of the files of these names, in this order.

    Raises:
        DataFileError: one is missing, or the archive is damaged, unsafe or too large.
    """
    found = dict(members(path, lambda name: name in names, limits))
    for name in names:
        if name not in found:
            raise _refused(path, f"{name} in it", "it is missing")
    return [found[name] for name in names]


def read_file(path: Path, most: int = LIMITS.member) -> bytes:
    """Return the content of a file that is not an archive.

    Raises:
        DataFileError: it is not a plain file, or too large.
    """
    return plain_file.content(path, most, "a file", partial(_refused, path))


def decode(file: str, content: bytes, encoding: str = "utf-8") -> str:
    """Return a file as text.

    Raises:
        DataFileError: it is in another encoding.
    """
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataFileError(file, f"text in {encoding}", f"it is not ({error})", REMEDY) from error


def _in_tar(path: Path, wanted: Wanted, limits: Limits) -> Iterator[tuple[str, bytes]]:
    with gzip.open(path) as unpacked:
        counted = _Counted(unpacked, path, limits.total)
        with tarfile.open(fileobj=counted, mode="r|") as tar:  # type: ignore[call-overload]
            for count, member in enumerate(tar, 1):
                _check_entry(path, member.name, count, limits)
                if not wanted(member.name):
                    continue
                if not member.isreg() or member.issparse():
                    raise _refused(path, "plain files", f"{member.name} is a link or the like")
                _check_size(path, member.name, member.size, limits.member)
                file = tar.extractfile(member)
                yield member.name, file.read() if file else b""


def _in_zip(path: Path, wanted: Wanted, limits: Limits) -> Iterator[tuple[str, bytes]]:
    total = 0
    if plain_file.zip_entries(path) > limits.members:
        raise _refused(path, f"at most {limits.members:,} files", "there are more")
    with zipfile.ZipFile(path) as file:
        for count, entry in enumerate(file.infolist(), 1):
            name = entry.filename
            _check_entry(path, name, count, limits)
            if not wanted(name):
                continue
            if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
                raise _refused(path, "plain files", f"{name} is a link or the like")
            with file.open(entry) as opened:
                content = opened.read(limits.member + 1)  # the size in the entry may be wrong
            _check_size(path, name, len(content), limits.member)
            total += len(content)
            _check_size(path, "all of it", total, limits.total)
            yield name, content


class _Counted:
    """A stream that raises an error once too much was read from it."""

    def __init__(self, file: gzip.GzipFile, path: Path, most: int) -> None:
        self.file, self.path, self.left, self.most = file, path, most, most

    def read(self, size: int) -> bytes:
        self.left -= size
        if self.left < -size:
            raise _too_large(self.path, "all of it", self.most)
        return self.file.read(size)


def _check_entry(path: Path, name: str, count: int, limits: Limits) -> None:
    if count > limits.members:
        raise _refused(path, f"at most {limits.members:,} files", "there are more")
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or "\0" in name or ":" in name:
        raise _refused(path, "names inside it", f"{name!r} leads out of it")


def _check_size(path: Path, name: str, size: int, most: int) -> None:
    if size > most:
        raise _too_large(path, name, most)


def _too_large(path: Path, name: str, most: int) -> DataFileError:
    return _refused(path, f"at most {most:,} bytes", f"{name} has more")


def _refused(path: Path, expected: str, came: str) -> DataFileError:
    return DataFileError(path.name, expected, came, REMEDY)
