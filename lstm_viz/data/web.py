"""Requests over https alone: a redirect to any other kind of address is refused."""

import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from lstm_viz.errors import DownloadError

TIMEOUT = 30.0  # seconds without any byte
Rule = Callable[[str], bool]  # whether an address may be requested
CONNECTION_ERRORS = (OSError, HTTPException)  # URLError is an OSError


class NoSuchRangeError(Exception):
    """The server has no such part of the file (416), so that a part on disk cannot be continued."""


def is_https(address: str) -> bool:
    """Return whether an address is under https."""
    return urlsplit(address).scheme == "https"


class _Redirects(HTTPRedirectHandler):
    def __init__(self, allowed: Rule) -> None:
        self.allowed = allowed

    def redirect_request(
        self,
        req: Request,
        fp: Any,  # noqa: ANN401  (an open response of any type)
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        if not self.allowed(newurl):
            fp.close()
        _check(req.full_url, lambda _: self.allowed(newurl), f"it redirects to {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def request(address: str, headers: Mapping[str, str], allowed: Rule = is_https) -> HTTPResponse:
    """Request a file and return the open response.

    Raises:
        DownloadError: the address is not allowed, unreachable, or has no such file.
        NoSuchRangeError: the server has no such part of the file.
    """
    _check(address, allowed, "it is not")
    wanted = Request(address, headers={"User-Agent": "lstm-viz", **headers})  # noqa: S310
    try:
        response: HTTPResponse = build_opener(_Redirects(allowed)).open(wanted, timeout=TIMEOUT)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            raise NoSuchRangeError from error
        came = f"the server answered {error.code} {error.reason}"
        remedy = "It may be busy or the file may have moved: try again later."
        raise DownloadError(address, "the file", came, remedy) from error
    except CONNECTION_ERRORS as error:
        raise connection_error(address, error) from error
    return response


def connection_error(address: str, error: Exception) -> DownloadError:
    """Return the error to raise when a connection fails, before or after the first byte."""
    reason = getattr(error, "reason", None) or error or type(error).__name__
    remedy = "Check the network and run the same command again to resume."
    if isinstance(reason, ssl.SSLError):
        remedy = "The server's certificate could not be verified: use another network."
    return DownloadError(address, "a connection that lasts", f"it failed ({reason})", remedy)


def _check(address: str, allowed: Rule, came: str) -> None:
    if not allowed(address):
        raise DownloadError(address, "an address under https", came, "Nothing was fetched from it.")
