"""A student's evening in Chromium, against the whole service: by keyboard alone, with a reload, and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import THEMES, WIDTHS, complaints, watched
from tests.e2e.evening import COURSE, EXERCISE, RIGHT, WRONG, every_page, points, settled, signed_in, tab_to, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Up

pytestmark = [pytest.mark.jail, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def address(up: Up, chromium: Browser) -> str:
    """Return the service's address, once the student has chosen a password."""
    return settled(up, chromium)


def test_an_evening_by_keyboard(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address)
    with watched(context) as told:
        tab_to(page, "1×1 convolutions and channel mixing")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("1×1 convolutions and channel mixing")
        answer_the_first_quiz(page)
        write(page, WRONG)
        assert points(page) == "13 / 20"
        expect(page.locator("#live .hint, #live .belief").first).to_contain_text("bias")
        page.reload()
        assert points(page) == "13 / 20"
        write(page, RIGHT)
        assert points(page) == "20 / 20"
        page.goto(COURSE)
        expect(page.get_by_role("listitem").filter(has_text="A 1×1 convolution from scratch")).to_contain_text(
            "20 / 20"
        )
    assert told == []
    context.close()


def answer_the_first_quiz(page: Page) -> None:
    """Begin, answer, close the browser's page in the middle, go on, finish."""
    page.goto(COURSE)
    tab_to(page, "Before you read")
    page.keyboard.press("Enter")
    tab_to(page, "Start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/*")
    field = page.locator("main input:not([type=hidden])").first
    field.focus()
    if field.get_attribute("type") in {"radio", "checkbox"}:
        page.keyboard.press("Space")
    else:
        page.keyboard.type("42")
    expect(page.locator("main [role=status]").filter(has_text=re.compile("saved", re.IGNORECASE)).first).to_be_visible()
    page.reload()
    again = page.locator("main input:not([type=hidden])").first
    assert again.is_checked() if again.get_attribute("type") in {"radio", "checkbox"} else again.input_value() == "42"
    tab_to(page, "Finish")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Finish")  # it asks: four are not answered
    tab_to(page, "Finish")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(re.compile(r"[\d.]+ / 5"))


def test_without_scripts_one_submits_and_reads_the_result(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address, java_script_enabled=False)
    page.goto(EXERCISE)
    page.locator("textarea[name=source]").fill(WRONG)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/submissions/*")
    assert points(page) == "13 / 20"
    assert "bias" in page.locator("#live").inner_text()
    context.close()


def test_a_second_tab_follows_the_same_submission(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address)
    write(page, RIGHT)
    other = context.new_page()
    other.goto(page.url)
    assert (points(page), points(other)) == ("20 / 20", "20 / 20")
    context.close()


def test_a_draft_outlives_the_browser(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address)
    page.goto("/courses/demo/exercises/bottleneck")
    tab_to(page, "Your solution")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("x = = 1  # not finished")
    expect(page.locator("#saved")).to_contain_text("saved")
    expect(page.locator(".cm-lint-marker-error").first).to_be_visible()  # with the line of the mistake
    context.close()
    context, page = signed_in(chromium, address)
    page.goto("/courses/demo/exercises/bottleneck")
    expect(page.locator(".cm-content")).to_contain_text("not finished")
    context.close()


def test_the_keyboard_leaves_the_editor(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address)
    page.goto(EXERCISE)
    tab_to(page, "Your solution")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.cm-editor')")
    context.close()


def test_a_lost_connection_is_told_and_loses_nothing(chromium: Browser, address: str) -> None:
    context, page = signed_in(chromium, address)
    page.goto("/courses/demo/exercises/conv-parameters")
    context.set_offline(offline=True)
    expect(page.locator("#connection")).to_contain_text("lost")
    tab_to(page, "Your solution")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("x = 1  # on a train")
    context.set_offline(offline=False)
    expect(page.locator("#connection")).to_contain_text("back")
    expect(page.locator("#saved")).to_contain_text("saved", timeout=30_000)
    page.reload()
    expect(page.locator(".cm-content")).to_contain_text("on a train")
    context.close()


@pytest.fixture(scope="module")
def paths(chromium: Browser, address: str) -> list[str]:
    return list(every_page(chromium, address).values())


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, address: str, paths: list[str], width: int, theme: str
) -> None:
    options: dict[str, Any] = {
        "viewport": {"width": width, "height": 900},
        "color_scheme": theme,
        "reduced_motion": "reduce",
    }
    context, page = signed_in(chromium, address, **options)
    found, styled = {}, []
    page.on("console", lambda event: styled.append(event.text) if "Content Security Policy" in event.text else None)
    for path in paths:
        page.goto(path)
        page.wait_for_load_state()
        found[path] = complaints(page)
    assert {path: told for path, told in found.items() if told} == {}
    assert styled == []
    context.close()


def test_axe_finds_nothing_at_the_door(chromium: Browser, address: str) -> None:
    page = chromium.new_page(base_url=address)
    for path in ("/sign-in", "/invitation/grd_none"):
        page.goto(path)
        assert complaints(page) == [], path
    page.context.close()
