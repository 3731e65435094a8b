"""What staff does in Chromium, by keyboard, and where each of its pages is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.e2e.evening import tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

INSTRUCTOR, ASSISTANT, STUDENT = "grace", "tess", "ada"
COURSE = "/courses/demo"
STAFF = f"{COURSE}/staff"
LESSON_NAME = "1×1 convolutions and channel mixing"
REGRADED = 240_000  # ms, for all submissions of a small class on a busy machine
FARTHEST = 250  # Tabs, on a page with a class on it


def follow(page: Page, name: str) -> None:
    """Go to the link or press the button called *name*, by keyboard."""
    tab_to(page, name, most=FARTHEST)
    page.keyboard.press("Enter")


def fill_in(page: Page, label: str, text: str) -> None:
    """Go to the field and replace what is in it, by keyboard."""
    tab_to(page, label, most=FARTHEST)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def to_student(page: Page, name: str = "Ada Lindgren") -> None:
    """Go from any of the staff's pages to a student's, by way of the grades."""
    follow(page, "Grades")
    heading(page, "Grades")
    follow(page, name)
    heading(page, name)


def path_of(page: Page) -> str:
    return re.sub(r"^\w+://[^/]+", "", page.url)


def staff_pages(page: Page) -> dict[str, str]:
    """Return the path of each page of the staff's by a name; *page* is signed in as an instructor."""
    found = {
        "class": f"{STAFF}/insight",
        "class-exercise": f"{STAFF}/insight/exercises/bottleneck",
        "class-quiz": f"{STAFF}/insight/quizzes/quiz",
        "grades": f"{STAFF}/gradebook",
        "grades-shares": f"{STAFF}/gradebook?show=share&sort=-sum",
        "student": f"{STAFF}/students/{STUDENT}",
        "people": f"{STAFF}/roster?role=assistant",
        "person": f"{STAFF}/roster/people/{STUDENT}",
        "people-file": f"{STAFF}/roster/import",
        "settings": f"{STAFF}/settings",
        "assignments": f"{STAFF}/assignments",
        "assignment": f"{STAFF}/assignments/exercise/bottleneck",
        "similar": f"{STAFF}/exercises/pointwise-conv/similar",
        "regrades": f"{STAFF}/regrades",
        "regrade-new": f"{STAFF}/regrades/new?exercise=bottleneck",
        "board": f"{STAFF}/board",
        "lms": f"{STAFF}/lms",
        "lms-new": f"{STAFF}/lms/new",
        "endpoints": f"{STAFF}/endpoints",
        "deliveries": f"{STAFF}/deliveries",
        "deliveries-again": f"{STAFF}/deliveries/again",
        "log": f"{STAFF}/log",
        "log-overrides": f"{STAFF}/log?deed=grade",
    }
    found["regrade"] = first_link(page, found["regrades"], r"/regrades/\d+$")
    found["submission-staff"] = first_link(page, found["student"], r"/submissions/\d+$")
    found["side-by-side"] = first_link(page, found["similar"], r"/similar/\d+/\d+$")
    return {name: path for name, path in found.items() if path}


def bring_in(page: Page, text: str) -> None:
    """Paste a roster and look at what it would change, by keyboard."""
    page.goto(f"{STAFF}/roster")
    follow(page, "Bring in a file")
    tab_to(page, "Or paste it here", most=FARTHEST)
    page.keyboard.insert_text(text)
    follow(page, "See what would change")
    heading(page, "What would change")


def first_link(page: Page, place: str, pattern: str) -> str:
    """Return where the first link leads whose address has *pattern*; empty when there is none."""
    page.goto(place)
    links = [link.get_attribute("href") or "" for link in page.locator("main a[href]").all()]
    return next((link for link in links if re.search(pattern, link)), "")
