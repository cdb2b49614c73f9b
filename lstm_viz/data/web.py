"""Who may be asked for a file? Addresses under https alone; redirects may lead to no other."""

import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from lstm_viz.errors import DownloadError

TIMEOUT = 30.0  # seconds without a single byte
Rule = Callable[[str], bool]  # says of an address whether it may be asked
BREAKS = (OSError, HTTPException)  # what a connection can end in; URLError is an OSError


class NoSuchRangeError(Exception):
    """The server has no such part of the file (416): what was begun is of no use."""


def is_https(address: str) -> bool:
    """Tell whether an address is encrypted and says whom it reached."""
    return urlsplit(address).scheme == "https"


class _Redirects(HTTPRedirectHandler):
    def __init__(self, allowed: Rule) -> None:
        self.allowed = allowed

    def redirect_request(
        self,
        req: Request,
        fp: Any,  # noqa: ANN401 - an open answer, of no common type
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        if not self.allowed(newurl):
            fp.close()
        _check(req.full_url, lambda _: self.allowed(newurl), f"it leads on to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def ask(address: str, headers: Mapping[str, str], allowed: Rule = is_https) -> HTTPResponse:
    """Ask for a file; its bytes are then read from what is returned.

    Raises:
        DownloadError: the address is not allowed, unreachable, or has no such file.
        NoSuchRangeError: the server has no such part of the file.
    """
    _check(address, allowed, "it is not")
    request = Request(address, headers={"User-Agent": "lstm-viz", **headers})  # noqa: S310
    try:
        response: HTTPResponse = build_opener(_Redirects(allowed)).open(request, timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            raise NoSuchRangeError from error
        came = f"the server answered {error.code} {error.reason}"
        remedy = "It may be busy or the file may have moved: try again later."
        raise DownloadError(address, "the file", came, remedy) from error
    except BREAKS as error:
        raise unreachable(address, error) from error
    return response


def unreachable(address: str, error: Exception) -> DownloadError:
    """Return what to raise when a connection fails, before or after the first byte."""
    reason = getattr(error, "reason", None) or error or type(error).__name__
    remedy = "Check the network and run the same command again; it goes on where it was stopped."
    if isinstance(reason, ssl.SSLError):
        remedy = "The server could not prove that it is the right one: use another network."
    return DownloadError(address, "a connection that lasts", f"it failed ({reason})", remedy)


def _check(address: str, allowed: Rule, came: str) -> None:
    if not allowed(address):
        raise DownloadError(address, "an address under https", came, "Nothing was fetched from it.")
