"""Downloads that resume: a file gets its name only when it is complete and right.

Until then its bytes are in ``NAME.part``, and its version (ETag, else date) in ``NAME.part.json``.
A later call requests the rest of that version (``Range`` with ``If-Range``). If the server cannot
do that, or the file has changed, all of it is requested again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from http.client import HTTPResponse
from pathlib import Path
from typing import BinaryIO

from lstm_viz import plain_file
from lstm_viz.data import web
from lstm_viz.errors import DownloadError
from lstm_viz.progress import Progress

PIECE = 1 << 16  # bytes
_LARGEST_VERSION_FILE = 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """A file at its public address.

    Attributes:
        address: of the file.
        most: largest size in bytes; a longer response is not this file.
        sha256: as published; None if nobody publishes one.
    """

    address: str
    most: int
    sha256: str | None = None

    @property
    def name(self) -> str:
        """Return the file's own name."""
        return self.address.rpartition("/")[2]


def download(
    origin: Origin, to: Path, progress: Progress, allowed: web.Rule = web.is_https
) -> None:
    """Download a file, or the rest of it.

    Args:
        origin: what to download.
        to: path of the file; until it is complete and right, there are only ``.part`` files.
        progress: called after every piece, in bytes. What it raises stops the download, which a
            later call resumes.
        allowed: which addresses may be requested.

    Raises:
        DownloadError: it cannot be reached, breaks off, is too long, or has another SHA-256.
    """
    part, version_file = _part_file(to), _version_file(to)
    have, version = _resumable(part, version_file, origin)
    try:
        response = _request(origin, have, version, allowed)
    except web.NoSuchRangeError:
        response = web.request(origin.address, {"Accept-Encoding": "identity"}, allowed)
    with response:
        start = _first_byte(response, have)
        total = None if response.length is None else start + response.length
        if total is not None and total > origin.most:
            raise _too_long(origin, total)
        with part.open("ab" if start else "wb") as file:
            _write_version(version_file, origin, response)
            _receive(_pieces(response, origin.address), file, origin, start, total, progress)
    _check_sha256(origin, part, version_file)
    part.replace(to)
    version_file.unlink()


def has_sha256(path: Path, expected: str) -> bool:
    """Return whether a file has this SHA-256."""
    return _sha256(path) == expected


def _part_file(to: Path) -> Path:
    return to.with_name(to.name + ".part")


def _version_file(to: Path) -> Path:
    return to.with_name(to.name + ".part.json")


def _resumable(part: Path, version_file: Path, origin: Origin) -> tuple[int, str]:
    # Without a version, the part on disk could be of another file: then all is requested again.
    for file in (part, version_file):
        if os.path.lexists(file):  # reading from a pipe would never end
            plain_file.look(
                file,
                max(origin.most, _LARGEST_VERSION_FILE),
                "a plain file",
                _not_a_plain_file(file),
            )
    with suppress(ValueError, LookupError, TypeError, RecursionError, OSError):
        known = json.loads(version_file.read_text("utf-8"))
        if known["address"] == origin.address and known["version"]:
            return part.stat().st_size, str(known["version"])
    return 0, ""


def _not_a_plain_file(file: Path) -> plain_file.Refusal:
    return partial(DownloadError, str(file), remedy="Move it away and run the same command again.")


def _request(origin: Origin, have: int, version: str, allowed: web.Rule) -> HTTPResponse:
    headers = {
        "Accept-Encoding": "identity"
    }  # uncompressed, so that positions are those of the file
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": version}
    return web.request(origin.address, headers, allowed)


def _first_byte(response: HTTPResponse, have: int) -> int:
    if response.status != 206:
        return 0
    promised = response.headers.get("Content-Range", "")
    if promised.startswith(f"bytes {have}-"):
        return have
    remedy = "Run the same command again."
    came = f"the server sent {promised!r}"
    raise DownloadError(response.url, f"the rest, from byte {have:,}", came, remedy)


def _write_version(version_file: Path, origin: Origin, response: HTTPResponse) -> None:
    tag = response.headers.get("ETag", "")
    # A weak tag stands for the same meaning, not for the same bytes.
    version = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
    version_file.write_text(json.dumps({"address": origin.address, "version": version}), "utf-8")


def _receive(
    pieces: Iterator[bytes],
    file: BinaryIO,
    origin: Origin,
    start: int,
    total: int | None,
    progress: Progress,
) -> None:
    done = start
    progress(done, total)
    for piece in pieces:
        done += len(piece)
        if done > origin.most:
            raise _too_long(origin, done)
        file.write(piece)
        progress(done, total)
    if total is not None and done < total:
        came = f"it broke off after {done:,}"
        remedy = "Run the same command again to resume."
        raise DownloadError(origin.address, f"{total:,} bytes", came, remedy)


def _pieces(response: HTTPResponse, address: str) -> Iterator[bytes]:
    try:
        while piece := response.read(PIECE):
            yield piece
    except web.CONNECTION_ERRORS as error:
        raise web.connection_error(address, error) from error


def _too_long(origin: Origin, size: int) -> DownloadError:
    remedy = "This is not the file that was expected; nothing was kept under its name."
    came = f"it has {size:,} or more"
    return DownloadError(origin.address, f"at most {origin.most:,} bytes", came, remedy)


def _check_sha256(origin: Origin, part: Path, version_file: Path) -> None:
    if origin.sha256 is None or has_sha256(part, origin.sha256):
        return
    came = f"it has {_sha256(part)}"
    part.unlink()
    version_file.unlink()
    remedy = (
        "The download was removed; run the same command again. If that happens twice, the file at "
        "this address has changed."
    )
    raise DownloadError(origin.address, f"SHA-256 {origin.sha256}", came, remedy)


def _sha256(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
