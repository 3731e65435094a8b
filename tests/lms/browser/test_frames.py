"""A link in Chromium: in a frame of another site, in a window, and where cookies are held back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jwt
import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import THEMES, complaints, find_chromium, watched
from tests.lms.browser.lms import opened
from tests.lms.browser.pages import NAMES, every_page
from tests.lms.lti_platform import DL, key
from tests.web.school import SPRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.lms.browser.lms import Lms
    from tests.lms.launches.campus import Campus

pytestmark = pytest.mark.timeout(600)

_TITLE = "Pointwise"


@pytest.fixture
def lms(campus: Campus) -> Iterator[Lms]:
    with opened(campus) as lms:
        yield lms


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_link_works_in_a_frame_of_another_site(lms: Lms, page: Page) -> None:
    with watched(page.context) as told:
        frame = lms.open_link(page)
        assert frame.url == f"{lms.home}/courses/{SPRING}/exercises/pointwise-conv"
        expect(frame.get_by_role("main")).to_contain_text("Pointwise")
        frame.get_by_role("link", name="Spring").first.click()
        frame.wait_for_url(f"**/courses/{SPRING}")
        expect(frame.locator("header.top")).to_contain_text("Ada Lovelace")
    assert told == []
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert set(cookies) == {"grader-lms"}
    assert cookies["grader-lms"]["partitionKey"] == "http://lms.localhost"


def test_a_frames_session_is_not_there_outside_of_the_frame(lms: Lms, page: Page) -> None:
    lms.open_link(page)
    page.goto(f"{lms.home}/courses/{SPRING}")
    assert "/sign-in" in page.url


def test_a_frame_goes_on_in_a_tab_as_oneself(lms: Lms, page: Page) -> None:
    frame = lms.open_link(page)
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new tab").click()
    tab = opened.value
    expect(tab.get_by_role("main")).to_contain_text("Ada Lovelace")
    tab.get_by_role("button", name="Go on as Ada Lovelace").click()
    tab.wait_for_url("**/exercises/pointwise-conv")
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_link_works_in_a_window_of_its_own(lms: Lms, page: Page) -> None:
    lms.open_link(page, framed=False)
    assert page.url == f"{lms.home}/courses/{SPRING}/exercises/pointwise-conv"
    assert {cookie["name"] for cookie in page.context.cookies()} == {"grader"}


def test_where_a_frame_sends_no_cookie_the_link_opens_in_a_tab(campus: Campus, page: Page) -> None:
    with opened(campus, keeps_cookies=False) as lms:
        frame = lms.open_link(page)
        expect(frame.get_by_role("alert")).to_contain_text("holds back our cookie")
        with page.expect_popup() as tab:
            frame.get_by_role("link", name="Open in a new tab").click()
        tab.value.wait_for_url("**/exercises/pointwise-conv")
        expect(tab.value.locator("header.top")).to_contain_text("Ada Lovelace")


def test_a_frame_works_where_cookies_of_other_sites_are_blocked(lms: Lms, chromium: Browser) -> None:
    strict = chromium.browser_type.launch(
        executable_path=find_chromium(), args=["--no-sandbox", "--test-third-party-cookie-phaseout"]
    )
    frame = lms.open_link(strict.new_page())
    expect(frame.locator("header.top")).to_contain_text("Ada Lovelace")
    strict.close()


def test_a_site_that_is_no_platform_may_not_frame_it(lms: Lms, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{lms.site.replace('lms', 'evil')}/course")
    page.wait_for_load_state("networkidle")
    assert [text for text in told if "frame-ancestors" in text and lms.site in text]
    assert not page.frames[1].locator("header.top").count()


def test_an_instructor_picks_content_in_the_frame_and_the_lms_gets_it(lms: Lms, page: Page) -> None:
    lms.told = lms.wish_for_content()
    with watched(page.context) as told:
        frame = lms.open_link(page)
        frame.get_by_role("checkbox", name="Depthwise").check()
        frame.get_by_role("checkbox", name=re.compile("Weights")).check()
        frame.get_by_role("button", name="Add to the LMS").click()
        frame.wait_for_url(f"{lms.site}/picked")
    assert told == []
    ours = key("ours").public
    said = jwt.decode(
        lms.picked[0], ours, algorithms=["RS256"], audience=lms.site, options={"verify_exp": False, "verify_iat": False}
    )
    assert [each["custom"]["item"] for each in said[f"{DL}/content_items"]] == [
        "exercise:depthwise-conv",
        "quiz:weights",
    ]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_page_for_an_lms(campus: Campus, chromium: Browser, theme: str, width: int) -> None:
    window = {"width": width, "height": 800}
    context = chromium.new_context(viewport=window, color_scheme=theme)  # type: ignore[arg-type]  # "light" or "dark"
    found = {name: complaints(shown) for name, shown in every_page(campus, context.new_page())}
    context.close()
    assert {name: told for name, told in found.items() if told} == {}
    assert tuple(found) == NAMES
