"""What a student does in Chromium, by keyboard: choose a password, sign in, write, hand in, read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.e2e.conftest import PASSWORD, POINTWISE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.e2e.conftest import Up

GRADED = 60_000  # ms, on a busy machine
MOST_TABS = 60
WRONG = (POINTWISE / "misconceptions" / "forgets_bias.py").read_text(encoding="utf-8")
RIGHT = (POINTWISE / "reference.py").read_text(encoding="utf-8")
CALLED = "it => it.ariaLabel ?? [it.innerText, ...[...(it.labels ?? [])].map(label => label.innerText)].join(' ')"
COURSE, EXERCISE = "/courses/demo", "/courses/demo/exercises/pointwise-conv"


def settled(up: Up, chromium: Browser) -> str:
    """Have the student choose a password; return the service's address."""
    page = chromium.new_page()
    page.goto(up.invitation())
    for text in (PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{COURSE}")
    page.context.close()
    return up.url


def signed_in(
    chromium: Browser, address: str, login: str = "student", **options: object
) -> tuple[BrowserContext, Page]:
    context = chromium.new_context(base_url=address, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Login").press_sequentially(login)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{COURSE}")
    return context, page


def tab_to(page: Page, name: str, *, most: int = MOST_TABS) -> None:
    """Press Tab until what has the focus is called *name*; it must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in focused.evaluate(CALLED):
            seen = "element => getComputedStyle(element.closest('.cm-editor') ?? element).outlineStyle"
            outline = focused.evaluate(seen)
            assert outline != "none", name
            return
    raise AssertionError(f"no Tab leads to {name!r} on {page.url}")


def write(page: Page, source: str) -> None:
    """Replace what is in the editor, and hand it in, by keyboard."""
    page.goto(EXERCISE)
    tab_to(page, "Your solution")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/*")


def points(page: Page) -> str:
    """Return the result's points, once it is there; nobody presses reload."""
    done = page.locator("#live [data-final]")
    done.wait_for(state="attached", timeout=GRADED)
    found = re.search(r"(\d+) / 20", page.locator("#live").inner_text())
    assert found, page.locator("#live").inner_text()
    return found[0]


def every_page(chromium: Browser, address: str) -> dict[str, str]:
    """Return the path of each page by a name, once there is something to see on it."""
    context, page = signed_in(chromium, address)
    wrong, right = (handed_in(page, source) for source in (WRONG, RIGHT))
    attempts = [attempt(page, quiz) for quiz in ("quiz", "final")]
    page.goto(attempts[1] + "/finish")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url(f"**{attempts[1]}")
    context.close()
    return {
        "course": COURSE,
        "lesson": f"{COURSE}/lesson",
        "quiz": f"{COURSE}/quizzes/final",
        "attempt": attempts[0],
        "attempt-finish": f"{attempts[0]}/finish",
        "attempt-finished": attempts[1],
        "exercise": EXERCISE,
        "exercise-new": f"{COURSE}/exercises/inception",
        "history": f"{EXERCISE}/submissions",
        "submission-wrong": f"/submissions/{wrong}",
        "submission-right": f"/submissions/{right}",
        "diff": f"/submissions/{wrong}/diff/{right}",
        "profile": "/profile",
        "not-found": "/nothing-here",
    }


def handed_in(page: Page, source: str) -> str:
    """Hand in and wait for the result; return the submission's number."""
    write(page, source)
    points(page)
    return page.url.rpartition("/")[2]


def attempt(page: Page, quiz: str) -> str:
    """Begin a quiz and answer its first question; return the attempt's path."""
    page.goto(f"{COURSE}/quizzes/{quiz}")
    page.get_by_role("button", name=re.compile("Start|Go on")).click()
    page.wait_for_url("**/attempts/*")
    field = page.locator("main input:not([type=hidden])").first
    if field.get_attribute("type") in {"radio", "checkbox"}:
        field.check()
    else:
        field.fill("42")
    page.wait_for_timeout(1500)  # it is saved by itself
    return re.sub(r"^\w+://[^/]+", "", page.url)
