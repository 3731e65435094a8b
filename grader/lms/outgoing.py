"""HTTP to addresses that others chose: receivers of webhooks, platforms.

Private addresses are refused at the moment of connecting, redirects are answers, nothing of our surroundings (proxies,
netrc) or of an earlier answer (cookies) is sent along, and neither a slow nor an endless answer holds us up.
"""

from __future__ import annotations

import http.client
import io
import ssl
import time
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from requests_hardened.client import HTTPSession
from requests_hardened.config import Config

from grader.domain.inert import inert
from grader.lms.addresses import Listed
from grader.lms.connecting import PlainPool, TlsPool, Unreachable, Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from urllib3.connectionpool import HTTPConnectionPool

MOST_BYTES = 4096
"""Of an answer that nobody reads but the log."""

MOST_JSON = 2**20
"""Bytes of an answer of a platform's, such as a page of a course's members."""

_LONGEST_PROBLEM = 500  # characters

_FAULTS = (requests.RequestException, urllib3.exceptions.HTTPError, ValueError)
"""What a request raises; ValueError for an address that can't be one."""

_HTTP, _HTTPS = 80, 443


@dataclass(frozen=True)
class Reply:
    """What came back; *problem* is a sentence that says why nothing did, and then *status* is None.

    Names of headers are in lower case. *body* is cut off at the most bytes that were asked for, *cut* says so.
    """

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: str = ""
    seconds: float = 0.0
    cut: bool = False


class Outgoing:
    """Asks hosts that others chose; safe to share among threads, and keeps no connection.

    *private_hosts* are the hosts, addresses and networks that an operator allows although they are private; those may
    be asked without TLS, too. *authorities* is a file of certificates that are trusted besides the usual ones.
    """

    def __init__(
        self,
        private_hosts: Sequence[str] = (),
        connect_seconds: float = 3.0,
        total_seconds: float = 15.0,
        *,
        authorities: str | None = None,
    ) -> None:
        self._listed = Listed.read(private_hosts)
        self._connect_seconds = connect_seconds
        self._total_seconds = total_seconds
        self._tls = ssl.create_default_context()  # the system's authorities: an operator may add a university's own
        self._tls.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        if authorities is not None:
            self._tls.load_verify_locations(authorities)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Reply:
        """Send one request; never raises, whatever the other side does."""
        started = time.monotonic()
        try:
            with self._session(most_bytes, cuts=True) as session:
                answer = session.request(method, url, headers=dict(headers), data=body)
        except _FAULTS as error:
            return Reply(problem=problem(error), seconds=time.monotonic() - started)
        names = {name.lower(): value for name, value in answer.headers.items()}
        body, is_cut = answer.content[:most_bytes], len(answer.content) > most_bytes
        return Reply(answer.status_code, names, body, seconds=time.monotonic() - started, cut=is_cut)

    def session(self, most_bytes: int = MOST_JSON) -> requests.Session:
        """Return a session for libraries that want one; a longer answer raises, and `problem` words what it raises."""
        return self._session(most_bytes, cuts=False)

    def _session(self, most_bytes: int, *, cuts: bool) -> requests.Session:
        limits = (self._connect_seconds, self._total_seconds)
        # Its own filter of addresses connects to the first one without asking for how long; _Adapter has a stricter one
        session: requests.Session = _Session(
            Config(
                ip_filter_enable=False, ip_filter_allow_loopback_ips=False, never_redirect=True, default_timeout=limits
            )
        )
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["Accept-Encoding"] = "identity"
        session.headers["User-Agent"] = "grader"
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self._listed, limits, self._tls, most_bytes=most_bytes, cuts=cuts))
        return session


class _Session(HTTPSession):
    """Takes a redirect for an answer, and does not even read where to: that may be no address at all."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return nothing."""
        del resp
        return None


class _Adapter(HTTPAdapter):
    """Sends a request by a connection of its own, and reads the answer within limits of time and size."""

    def __init__(
        self, listed: Listed, limits: tuple[float, float], tls: ssl.SSLContext, *, most_bytes: int, cuts: bool
    ) -> None:
        super().__init__()
        self._listed = listed
        self._connect_seconds, self._total_seconds = limits
        self._tls = tls
        self._most_bytes = most_bytes
        self._cuts = cuts

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:  # type: ignore[override]
        """Return the answer with its body; requests.RequestException when there is none, or not all of it."""
        try:
            answer = super().send(request, stream=True, timeout=self._total_seconds)
        except Unreachable as error:
            raise requests.ConnectionError(error, request=request) from error
        answer.raw = io.BytesIO(self._read(answer))
        return answer

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:  # noqa: ANN401 - urllib3's
        """Return the answer without its cookies, which a parser that is easily confused would take apart."""
        resp._original_response = None  # noqa: SLF001 - where it would look for them
        return super().build_response(req, resp)

    def cert_verify(self, *args: object) -> None:
        """Certificates are verified by our own context, whatever a caller says."""

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> HTTPConnectionPool:
        """Return a pool for this one request."""
        url = urllib3.util.parse_url(request.url or "")
        if url.auth is not None:
            raise requests.exceptions.InvalidURL("an address must hold no name and password", request=request)
        if not url.host:
            raise requests.exceptions.InvalidURL("an address must name a host", request=request)
        way = Way(self._listed, self._connect_seconds, time.monotonic() + self._total_seconds)
        if url.scheme == "https":
            return TlsPool(url.host, url.port or _HTTPS, ssl_context=self._tls, way=way)
        return PlainPool(url.host, url.port or _HTTP, way=way)

    def _read(self, answer: requests.Response) -> bytes:
        most = self._most_bytes + 1
        with answer.raw as raw:
            try:
                body: bytes = raw.read(most, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                why = f" within {self._total_seconds:g} s" if _is_late(error) else ""
                raise _Broken(f"it answered {answer.status_code}, but not to the end{why}") from error
        if len(body) == most and not self._cuts:
            raise _Broken(f"it answered {answer.status_code} with more than {self._most_bytes} bytes")
        return body


class _Broken(requests.ConnectionError):
    """An answer began and can't be used; the text is a sentence for the log."""


def problem(error: Exception) -> str:
    """Return what went wrong as a sentence for the log, which may repeat words of the other side's: nobody obeys it."""
    return inert(_problem(error)).rstrip(".")[:_LONGEST_PROBLEM]


def _problem(error: Exception) -> str:
    for cause in _causes(error):
        match cause:
            case Unreachable() | _Broken():
                return str(cause)
            case TimeoutError() | urllib3.exceptions.TimeoutError():
                return "no answer came in time"
            case ConnectionError() | http.client.RemoteDisconnected():
                return "the connection was cut before an answer came"
            case http.client.HTTPException():
                return "what it answered is no HTTP"
    return str(error) or type(error).__name__


def _is_late(error: Exception) -> bool:
    return any(isinstance(cause, (TimeoutError, urllib3.exceptions.TimeoutError)) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__context__
