"""Endpoints and deliveries in Chromium, by keyboard: made, tested, seen to arrive; at each width and in each theme."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from grader.domain.lms.delivery import Answer, DeliveryState, Verdict
from tests.e2e.chromium import THEMES, complaints, watched
from tests.e2e.office import fill_in, follow, heading
from tests.web.connected import a_column, an_endpoint, attempt, connected_school, deliveries, delivery_of, newest
from tests.web.pages.browser import PASSWORD, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.school import School

pytestmark = pytest.mark.timeout(300)

STAFF = "/courses/spring/staff"
WIDTHS = (1280, 768, 360)
LONG = "POST https://hooks.example/grader\n\n" + "x" * 2000
ARRIVED = (Answer("POST …", 204, seconds=0.2), Verdict.DELIVERED, DeliveryState.DELIVERED)


@pytest.fixture(scope="module")
def school() -> Iterator[School]:
    """A school with endpoints in each state, and deliveries that came to different ends."""
    with connected_school() as school:
        an_endpoint(school, "Archive of the faculty", receives=True, headers={"Authorization": "Bearer 7"})
        long = an_endpoint(school, "x" * 100, url=f"https://hooks.example/{'x' * 300}")
        a_column(school, "A column with a name of many words that has to go somewhere")
        for _ in range(3):
            school.submit()
            school.grade()
        for number in deliveries(school)[1:]:
            attempt(school, delivery_of(school, number), Answer(LONG, 500, "<h1>no</h1>" * 300, problem="x" * 300))
        with school.make_uow().writing() as uow:
            uow.endpoints.switch_off(long.id, school.clock.now(), "nothing arrived for five days")
            uow.received.add(1, "msg_" + "x" * 200, "submission.created", when=school.clock.now())
            uow.received.answered(1, "msg_" + "x" * 200, {"submission": 1, "state": "queued"})
            uow.commit()
        settle(school, "ines")
        yield school


@pytest.fixture(scope="module")
def address(school: School) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, school.app(change_limit="1000 per minute"), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def visiting(chromium: Browser, address: str, **options: object) -> Iterator[tuple[BrowserContext, Page]]:
    context = chromium.new_context(base_url=address, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Login").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/spring")
    with watched(context) as told:
        yield context, page
    assert told == []
    context.close()


def test_an_endpoint_is_made_tested_and_the_test_seen_to_arrive(
    chromium: Browser, address: str, school: School
) -> None:
    with visiting(chromium, address) as (_, page):
        page.goto(f"{STAFF}/board")
        follow(page, "Connections")
        follow(page, "Endpoints")
        heading(page, "Endpoints")
        follow(page, "Add an endpoint")
        fill_in(page, "Name", "Mine")
        fill_in(page, "Address to send to", "https://mine.example/in")
        follow(page, "Make it, and show its secret")
        expect(page.locator("#secret")).to_contain_text("whsec_")
        assert complaints(page) == []
        follow(page, "Send a test")
        expect(page.locator(".stand")).to_contain_text("waits")
        attempt(school, newest(school), *ARRIVED)
        expect(page.locator(".stand")).to_contain_text("arrived", timeout=20_000)
        expect(page.locator("#told")).to_contain_text("arrived, 1 attempt")
        follow(page, "Send it again")
        expect(page.locator(".stand")).to_contain_text("waits")


def test_a_secret_is_copied_by_its_button(chromium: Browser, address: str) -> None:
    with visiting(chromium, address, permissions=["clipboard-read", "clipboard-write"]) as (_, page):
        page.goto(f"{STAFF}/endpoints/1")
        follow(page, "Make the secret anew")
        follow(page, "Yes, make it anew")
        for name, place in (("Copy the secret", "secret"), ("Copy the address", "address")):
            follow(page, name)
            expect(page.locator(f"[data-copy={place}]")).to_contain_text("✓")
            assert page.evaluate("navigator.clipboard.readText()") == page.locator(f"#{place}").inner_text()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    chromium: Browser, address: str, width: int, theme: str
) -> None:
    window = {"width": width, "height": 800}
    with visiting(chromium, address, viewport=window, color_scheme=theme) as (_, page):
        for path in ("endpoints", "endpoints/1", "endpoints/2", "deliveries", "deliveries/2", "deliveries/again"):
            page.goto(f"{STAFF}/{path}")
            assert (path, complaints(page)) == (path, [])
