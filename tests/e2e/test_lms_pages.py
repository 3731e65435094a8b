"""Pages about LMSes in Chromium: four addresses copied by their buttons; at each width and in each theme."""

from __future__ import annotations

import tempfile
import threading
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from grader.domain.lms.delivery import DeliveryState
from grader.domain.lms.platform import Family
from grader.services import platforms
from tests.e2e.chromium import THEMES, complaints, watched
from tests.e2e.office import fill_in, follow, heading
from tests.lms.campus import Campus, a_draft, opened
from tests.lms.platform import ITEMS, Score
from tests.web.pages.browser import PASSWORD, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.timeout(300)

STAFF = "/courses/spring/staff"
LMS = f"{STAFF}/lms"
WIDTHS = (1280, 768, 360)
STILL = (
    LMS,
    f"{LMS}/new",
    f"{LMS}/platforms/1",
    f"{LMS}/platforms/2",
    f"{LMS}/courses/1",
    f"{LMS}/courses/2",
    f"{STAFF}/students/ada",
)
PRESSED = (
    (LMS, "Make a code"),
    (f"{LMS}/platforms/1", "Test it"),
    (f"{LMS}/platforms/2", "Test it"),
    (f"{LMS}/courses/1", "Compare"),
    (f"{LMS}/courses/1", "Read who is there"),
)
"""Pages that come of a button."""


class Term(NamedTuple):
    """A campus, and where its pages are."""

    campus: Campus
    address: str


def furnish(campus: Campus) -> None:
    """Connect LMSes in each state, with columns, scores that are there, on their way, and failed."""
    school, own = campus.school, campus.connect(name="Campus", family=Family.MOODLE)
    platforms.begin(
        school.make_uow(),
        school.clock,
        user=school.users["ines"],
        course_slug="spring",
        draft=a_draft(name="The Canvas of the faculty", family=Family.CANVAS, client_id=""),
    )
    context = campus.launched(own, title="Deep learning: a course with a name of many words, 2026")
    campus.launched(campus.shared(name="All of us", family=Family.BRIGHTSPACE), title="x" * 80)
    for number, label in enumerate(("Pointwise convolutions, at home", "The same once more", "x" * 60), start=1):
        campus.column(context, label=label, number=number)
    campus.lms.members = [{"user_id": "sub-ada", "name": "Ada", "roles": ["Learner"]}]
    campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(school.clock.now(), 2, 4)
    school.set_grade("ada", 3)
    _end(campus, 1, DeliveryState.DELIVERED)
    _end(campus, 2, DeliveryState.DEAD)


def _end(campus: Campus, line_item_id: int, state: DeliveryState) -> None:
    now, uow = campus.school.clock.now(), campus.school.make_uow()
    with uow.reading():
        due = next(each for each in uow.outbox.due(now, 9, at_once=9) if each.line_item_id == line_item_id)
    with uow.writing():
        assert uow.outbox.claim(due, "k", now=now, lease_until=now + timedelta(minutes=1))
        note = "" if state is DeliveryState.DELIVERED else "answered 404"
        assert uow.outbox.end(due, "k", state, now=now, note=note)
        if state is DeliveryState.DELIVERED:
            uow.line_items.confirm(line_item_id, due.enrolment_id or 0, Fraction(3), 4, now)
        uow.commit()


@contextmanager
def serving() -> Iterator[Term]:
    """Serve a furnished campus, of which "ines" is an instructor."""
    with tempfile.TemporaryDirectory(prefix="campus-") as folder, opened(Path(folder)) as campus:
        furnish(campus)
        settle(campus.school, "ines")
        needs = campus.services | {"url": "", "change_limit": "1000 per minute"}
        server = make_server("127.0.0.1", 0, campus.school.app(**needs), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Term(campus, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def term() -> Iterator[Term]:
    with serving() as found:
        yield found


@contextmanager
def visiting(chromium: Browser, address: str, **options: object) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Login").fill("ines")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/spring")
    with watched(context) as told:
        yield page
    assert told == []
    context.close()


def test_an_lms_is_connected_by_keyboard_and_each_address_copied_by_its_button(chromium: Browser) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with serving() as own, visiting(chromium, own.address, permissions=allowed) as page:
        page.goto(f"{STAFF}/board")
        follow(page, "Connections")
        heading(page, "LMS")
        follow(page, "Connect an LMS")
        fill_in(page, "Its address", "https://lms.example")
        follow(page, "Show the four addresses")
        heading(page, "Canvas")
        for place in ("login", "launch", "keys", "home"):
            page.locator(f"[data-copy=copy-{place}]").press("Enter")
            expect(page.locator(f"[data-copy=copy-{place}]")).to_contain_text("✓")
            copied = page.locator(f"#copy-{place}").inner_text()
            assert page.evaluate("navigator.clipboard.readText()") == copied
            assert copied.startswith(own.address)
        fill_in(page, "Client id", "10000000000007")
        follow(page, "Keep")
        expect(page.get_by_role("status")).to_contain_text("Kept.")
        assert complaints(page) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(chromium: Browser, term: Term, width: int, theme: str) -> None:
    window = {"width": width, "height": 800}
    with visiting(chromium, term.address, viewport=window, color_scheme=theme) as page:
        for path in STILL:
            page.goto(path)
            assert (path, complaints(page)) == (path, [])
        for path, button in PRESSED:
            page.goto(path)
            page.get_by_role("button", name=button, exact=True).first.click()
            page.wait_for_load_state()
            assert (path, button, complaints(page)) == (path, button, [])
