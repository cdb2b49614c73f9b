"""A server on loopback that can break off, forget ranges, change its file and lead elsewhere."""

import hashlib
import io
import re
import tarfile
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


def on_loopback(address):
    return address.startswith("http://127.0.0.1:")


@dataclass
class Served:
    """One file, and how the server treats it."""

    content: bytes
    etag: str = '"first"'
    modified: str = ""
    ranges: bool = True
    announced: bool = True  # whether its length is
    breaks_after: int | None = None
    status: int = 200
    moved_to: str = ""
    wrong_range: bool = False
    asked: list = field(default_factory=list)  # the headers of every request


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        served = self.server.files.get(self.path)
        if served is None:
            self.send_error(404)
            return
        served.asked.append(dict(self.headers))
        if served.status != 200 or served.moved_to:
            self.send_response(302 if served.moved_to else served.status)
            self.send_header("Location", served.moved_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.give(served)

    def give(self, served):
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and served.ranges else 0
        if self.headers.get("If-Range") not in (None, served.etag, served.modified):
            start = 0
        if start and start >= len(served.content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            said = start + served.wrong_range
            self.send_header("Content-Range", f"bytes {said}-{len(served.content) - 1}/*")
        for name, value in (("ETag", served.etag), ("Last-Modified", served.modified)):
            if value:
                self.send_header(name, value)
        if served.announced:
            self.send_header("Content-Length", str(len(served.content) - start))
        self.end_headers()
        self.wfile.write(served.content[start : served.breaks_after])

    def log_message(self, *arguments):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    """``server.put(name, content)`` returns what is served and its address."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.files = {}

    def put(name, content, **how):
        found.files[f"/{name}"] = served = Served(content, **how)
        return served, f"http://127.0.0.1:{found.server_port}/{name}"

    found.put = put
    thread = threading.Thread(target=found.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.shutdown()
    thread.join()
    found.server_close()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def tar(members):
    """Return a .tar.gz of (name or TarInfo, content) pairs."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members:
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            if entry.isreg():
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


def zipped(members):
    """Return a .zip of (name or ZipInfo, content) pairs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()
