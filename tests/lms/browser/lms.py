"""An LMS in Chromium: its own little server beside ours, each a site of its own to a browser.

`http://lms.localhost` and `http://localhost` are trusted as if they had TLS, so that cookies may be `Secure`.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from tests.lms.launches.campus import Begun
from tests.lms.lti_platform import CLIENT, claims, deep_linking
from tests.web.school import SPRING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import Frame, Page
    from werkzeug.serving import BaseWSGIServer

    from tests.lms.launches.campus import Campus

_PAGE = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>LMS</title><h1>LMS</h1>{}'
_FRAME = '<iframe src="/link" title="Link" width="900" height="700"></iframe>'
_FORM = '<form method="post" action="{}">{}</form><script>document.forms[0].submit()</script>'


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's signature
        pass


class Lms:
    """Somebody is signed in there; what the link says of them stands in *told*. *home* is ours, *site* its own."""

    def __init__(self, campus: Campus, home: str, site: str) -> None:
        self.campus, self.home, self.site = campus, home, site
        self.key = self.connect(SPRING, f"lms-{site.rsplit(':', 1)[1]}")
        self.told: Mapping[str, Any] = claims()
        self.picked: list[str] = []

    def connect(self, course: str | None, name: str) -> str:
        """Connect it to a course; return the key of our addresses for it."""
        self.campus.connect(course, name, issuer=self.site, auth_url=f"{self.site}/authorize")
        return name

    def open_link(self, page: Page, *, framed: bool = True) -> Frame:
        """Open the link's page; return the frame, or the window, in which the link is opened."""
        page.goto(f"{self.site}/{'course' if framed else 'link'}")
        page.wait_for_load_state("networkidle")
        return page.frames[1] if framed else page.main_frame

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        match request.path:
            case "/course":
                return _page(_FRAME)
            case "/link":
                asked = {"iss": self.site, "login_hint": "hint", "target_link_uri": self.home, "client_id": CLIENT}
                return Response(
                    status=302, headers={"Location": f"{self.home}/lti/{self.key}/login?{urlencode(asked)}"}
                )
            case "/authorize":
                return _page(self._message(Begun.of(request.url)))
            case "/picked":
                self.picked.append(request.form["JWT"])
                return _page("<p>Links were made.")
        return Response(status=404)

    def _message(self, begun: Begun) -> str:
        told = {**self.told, "iss": self.site}
        form = {"state": begun.state, "id_token": self.campus.message(begun, told)}
        fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in form.items())
        return _FORM.format(escape(begun.asked["redirect_uri"]), fields)

    def wish_for_content(self) -> dict[str, Any]:
        """Return the message of an instructor who wants to pick content."""
        return deep_linking(deep_link_return_url=f"{self.site}/picked")


@contextmanager
def served(campus: Campus, *, keeps_cookies: bool = True) -> Iterator[str]:
    """Serve the campus on this machine alone; without *keeps_cookies* as if browsers sent none in frames."""
    with _served() as ours:
        home = f"http://localhost:{ours.port}"
        app = campus.school.app(url=home, launches=campus.launches, vault=campus.vault)
        ours.app = app.wsgi_app if keeps_cookies else _without_cookies_in_frames(app.wsgi_app)
        yield home


@contextmanager
def opened(campus: Campus, *, keeps_cookies: bool = True) -> Iterator[Lms]:
    """Serve the campus and an LMS."""
    with served(campus, keeps_cookies=keeps_cookies) as home, _served() as theirs:
        theirs.app = lms = Lms(campus, home, f"http://lms.localhost:{theirs.port}")
        yield lms


@contextmanager
def _served() -> Iterator[BaseWSGIServer]:
    """Give a server on a free port, whose app is set before anybody asks."""
    server = make_server("127.0.0.1", 0, Response(status=503), threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _without_cookies_in_frames(app: WSGIApplication) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_SEC_FETCH_DEST") == "iframe":
            environ.pop("HTTP_COOKIE", None)
        return app(environ, start_response)

    return answer


def _page(body: str) -> Response:
    return Response(_PAGE.format(body), mimetype="text/html")
