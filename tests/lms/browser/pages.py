"""Every page that we show in an LMS, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.lms.platform import INSTRUCTOR
from tests.lms.browser.lms import opened
from tests.lms.lti_platform import claims
from tests.web.school import AUTUMN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Frame, Page

    from tests.lms.browser.lms import Lms
    from tests.lms.launches.campus import Campus

NAMES = (
    *("item", "tab", "pick", "pick-nothing", "answer", "connect", "connect-wrong", "connected"),
    *("register", "registered", "problem", "no-cookie"),
)


def every_page(campus: Campus, page: Page) -> Iterator[tuple[str, Page | Frame]]:
    """Give each page by its name as *page*, or a frame in it, shows it."""
    with opened(campus) as lms:
        frame = lms.open_link(page)
        yield "item", frame
        tab = frame.get_by_role("link", name="Open in a new tab").get_attribute("href")
        page.goto(f"{lms.home}{tab}")
        yield "tab", page
        yield from _pick(lms, page)
        yield from _connect(lms, page)
        yield from _register(lms, page)
        page.goto(f"{lms.home}/lti/nobody/login?iss=x")
        yield "problem", page
    with opened(campus, keeps_cookies=False) as strict:
        yield "no-cookie", strict.open_link(page)


def _pick(lms: Lms, page: Page) -> Iterator[tuple[str, Page]]:
    lms.told = lms.wish_for_content()
    lms.open_link(page, framed=False)
    yield "pick", page
    page.get_by_role("button", name="Add to the LMS").click()
    yield "pick-nothing", page
    page.get_by_role("checkbox").first.check()
    page.route("**/lti.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.get_by_role("button", name="Add to the LMS").click()
    page.get_by_role("heading", name="Back to your LMS").wait_for()
    page.unroute("**/lti.js*")
    yield "answer", page


def _connect(lms: Lms, page: Page) -> Iterator[tuple[str, Page]]:
    lms.key = lms.connect(None, "wide")
    lms.told = claims(roles=[INSTRUCTOR], sub="prof")
    lms.open_link(page, framed=False)
    yield "connect", page
    page.get_by_label("Code").fill("guessed")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("alert").wait_for()
    yield "connect-wrong", page
    page.get_by_label("Code").fill(lms.campus.code("otto", AUTUMN))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("status").filter(has_text="leads to").wait_for()
    yield "connected", page


def _register(lms: Lms, page: Page) -> Iterator[tuple[str, Page]]:
    endpoints = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    lms.campus.wire.say(f"{lms.site}/conf", {"issuer": lms.site} | {name: f"{lms.site}/{name}" for name in endpoints})
    lms.campus.wire.say(f"{lms.site}/registration_endpoint", {"client_id": "given"}, 201)
    page.goto(f"{lms.home}/lti/register/{lms.campus.code()}?openid_configuration={lms.site}/conf")
    yield "register", page
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("heading", name="Connected").wait_for()
    yield "registered", page
