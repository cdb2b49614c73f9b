"""How does a file come whole, or not at all?

What has come lies in ``NAME.part``, and beside it in ``NAME.part.json`` which version of the file
it is (its ETag, else its date). A later call asks for the rest of that version alone (``Range``
with ``If-Range``); from a server that cannot do that, or whose file has changed, all of it comes
again. Only a file that is whole and right gets its name.
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

PIECE = 1 << 16
_NOTE = 2**20  # bytes of what is noted beside it, at most


@dataclass(frozen=True, slots=True)
class Origin:
    """A file at its public address.

    Attributes:
        address: where it is.
        most: bytes that it can have at most; a longer answer is not this file.
        sha256: its published sum; None where nobody publishes one.
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
    """Fetch a file, or the rest of it.

    Args:
        origin: what to fetch.
        to: the file to make; until it is whole and right, only ``.part`` files lie beside it.
        progress: called after every piece, with bytes; what has come is kept if it stops this.
        allowed: which addresses may be asked.

    Raises:
        DownloadError: it cannot be reached, breaks off, is too long, or has another sum.
    """
    part, note = _part(to), _note(to)
    have, version = _begun(part, note, origin)
    try:
        response = _rest(origin, have, version, allowed)
    except web.NoSuchRangeError:
        response = web.ask(origin.address, {"Accept-Encoding": "identity"}, allowed)
    with response:
        start = _first_byte(response, have)
        total = None if response.length is None else start + response.length
        if total is not None and total > origin.most:
            raise _too_long(origin, total)
        with part.open("ab" if start else "wb") as file:
            _remember(note, origin, response)
            _receive(_pieces(response, origin.address), file, origin, start, total, progress)
    _check_sum(origin, part, note)
    part.replace(to)
    note.unlink()


def has_sum(path: Path, expected: str) -> bool:
    """Tell whether a file has this SHA-256."""
    return _sum(path) == expected


def _part(to: Path) -> Path:
    return to.with_name(to.name + ".part")


def _note(to: Path) -> Path:
    return to.with_name(to.name + ".part.json")


def _begun(part: Path, note: Path, origin: Origin) -> tuple[int, str]:
    # Without a version of it, a beginning could be that of another file: then all comes again.
    for file in (part, note):
        if os.path.lexists(file):  # a pipe would be waited for without end
            plain_file.look(file, max(origin.most, _NOTE), "a plain file", _in_the_way(file))
    with suppress(ValueError, LookupError, TypeError, RecursionError, OSError):
        known = json.loads(note.read_text("utf-8"))
        if known["address"] == origin.address and known["version"]:
            return part.stat().st_size, str(known["version"])
    return 0, ""


def _in_the_way(file: Path) -> plain_file.Refusal:
    return partial(DownloadError, str(file), remedy="Move it away and run the same command again.")


def _rest(origin: Origin, have: int, version: str, allowed: web.Rule) -> HTTPResponse:
    headers = {"Accept-Encoding": "identity"}  # bytes as they are, so that they can be counted
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": version}
    return web.ask(origin.address, headers, allowed)


def _first_byte(response: HTTPResponse, have: int) -> int:
    if response.status != 206:
        return 0
    promised = response.headers.get("Content-Range", "")
    if promised.startswith(f"bytes {have}-"):
        return have
    remedy = "Run the same command again."
    came = f"the server sent {promised!r}"
    raise DownloadError(response.url, f"the rest, from byte {have:,}", came, remedy)


def _remember(note: Path, origin: Origin, response: HTTPResponse) -> None:
    tag = response.headers.get("ETag", "")
    # A weak tag promises the same meaning, not the same bytes.
    version = tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")
    note.write_text(json.dumps({"address": origin.address, "version": version}), "utf-8")


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
        remedy = "Run the same command again; it goes on where it was stopped."
        raise DownloadError(origin.address, f"{total:,} bytes", came, remedy)


def _pieces(response: HTTPResponse, address: str) -> Iterator[bytes]:
    try:
        while piece := response.read(PIECE):
            yield piece
    except web.BREAKS as error:
        raise web.unreachable(address, error) from error


def _too_long(origin: Origin, size: int) -> DownloadError:
    remedy = "This is not the file that was expected; nothing was kept under its name."
    came = f"it has {size:,} or more"
    return DownloadError(origin.address, f"at most {origin.most:,} bytes", came, remedy)


def _check_sum(origin: Origin, part: Path, note: Path) -> None:
    if origin.sha256 is None or has_sum(part, origin.sha256):
        return
    came = f"it has {_sum(part)}"
    part.unlink()
    note.unlink()
    remedy = (
        "What came was removed; run the same command again. If it comes out so twice, the file "
        "at this address is another one than it was."
    )
    raise DownloadError(origin.address, f"SHA-256 {origin.sha256}", came, remedy)


def _sum(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()
