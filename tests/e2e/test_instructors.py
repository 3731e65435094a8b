"""The staff's work in Chromium, against the whole service and a month of students: by keyboard, and without scripts."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.chromium import THEMES, complaints, watched
from tests.e2e.evening import signed_in, tab_to
from tests.e2e.office import (
    ASSISTANT,
    COURSE,
    FARTHEST,
    INSTRUCTOR,
    REGRADED,
    STAFF,
    STUDENT,
    bring_in,
    fill_in,
    follow,
    heading,
    path_of,
    staff_pages,
    to_student,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.e2e.conftest import Term

pytestmark = [pytest.mark.jail, pytest.mark.timeout(600)]

WIDTHS = (1280, 768, 360)
_HARMLESS = re.compile(r"/(sign-out|theme|comments(/\d+/withdraw)?|rerun|extensions)$")
"""Where an assistant may send something."""


@pytest.fixture
def page(chromium: Browser, term: Term) -> Iterator[Page]:
    """Return the instructor's page; nothing may go wrong in it."""
    context, page = signed_in(chromium, term.url, INSTRUCTOR)
    with watched(context) as told:
        yield page
    assert told == []
    context.close()


def test_before_class_one_sees_what_the_class_misunderstood_and_who(page: Page) -> None:
    follow(page, "To the staff")
    heading(page, "The class")
    follow(page, "A 1×1 convolution from scratch")
    heading(page, "A 1×1 convolution from scratch")
    follow(page, "Who")  # shows it now, or has got over it
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/submissions/*")
    expect(page.get_by_role("heading", name="How it was graded")).to_be_visible()


def test_a_comment_on_a_line_reaches_the_student(page: Page, chromium: Browser, term: Term) -> None:
    page.goto(f"{STAFF}/insight")
    to_student(page)
    follow(page, "Submission ")
    fill_in(page, "Line", "3")
    fill_in(page, "What you want to say", "Which axis does this sum over?")
    follow(page, "Comment")
    expect(page.locator(".comment", has_text="Which axis does this sum over?").first).to_be_visible()
    context, theirs = signed_in(chromium, term.url, STUDENT)
    theirs.goto(path_of(page))
    said = theirs.locator(".comment", has_text="Which axis does this sum over?").first
    expect(said).to_contain_text("line 3")
    expect(theirs.get_by_role("heading", name="How it was graded")).to_have_count(0)
    context.close()


def test_a_grade_is_set_by_hand_with_a_reason_and_taken_back(page: Page) -> None:
    page.goto(f"{STAFF}/insight")
    to_student(page)
    follow(page, "Set the grade by hand")
    fill_in(page, "Points that count", "17")
    fill_in(page, "Reason", "the oral exam")
    follow(page, "Set it")
    record = page.locator("section.record", has_text="the oral exam")
    expect(record).to_contain_text("set by hand")
    follow(page, "Withdraw the 17 points")
    expect(page.get_by_role("status").filter(has_text="withdrawn")).to_be_visible()
    expect(page.locator("section.record", has_text="the oral exam")).to_contain_text("withdrawn")


def test_one_student_gets_more_attempts_and_all_get_other_terms(page: Page) -> None:
    page.goto(f"{STAFF}/insight")
    follow(page, "Assignments")
    follow(page, "A bottleneck block")
    fill_in(page, "Cooldown, in minutes", "10")
    follow(page, "Keep these terms")
    expect(page.get_by_role("status").filter(has_text="kept")).to_be_visible()
    follow(page, "Give a student more time or attempts")
    fill_in(page, "login", STUDENT)
    fill_in(page, "More attempts", "2")
    fill_in(page, "Reason", "the power was out")
    follow(page, "Give")
    expect(page.get_by_role("row", name=re.compile("Ada Lindgren"))).to_contain_text("the power was out")


def test_a_roster_with_a_wrong_line_is_mended_and_taken(page: Page) -> None:
    right = "login,name,section,role\nmei@example.org,梅 さくら,Mon 10:00,student\n"
    bring_in(page, right + "ada,Ada Lindgren,Mon 10:00,king\n")
    expect(page.get_by_role("alert")).to_contain_text("Line 3")
    assert complaints(page) == []
    fill_in(page, "The file", right)
    follow(page, "Look again")
    expect(page.get_by_role("row", name=re.compile("mei@example.org"))).to_be_visible()
    assert complaints(page) == []
    follow(page, "Change 1 person")
    expect(page.get_by_role("status").filter(has_text="The file was taken")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("mei@example.org"))).to_contain_text("no password yet")


def test_somebody_new_gets_a_link_and_leaves_again(page: Page, chromium: Browser) -> None:
    page.goto(f"{STAFF}/roster")
    follow(page, "Add somebody")
    fill_in(page, "Login", "newcomer")
    fill_in(page, "Name", "Nadia New")
    follow(page, "Add")
    heading(page, "Nadia New")
    follow(page, "Make a link")
    link = page.locator("#link").inner_text()
    stranger = chromium.new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("main")).to_contain_text("newcomer")
    stranger.context.close()
    follow(page, "Remove from the course")
    expect(page.get_by_role("status").filter(has_text="Not in the course any more")).to_be_visible()


def test_grades_leave_as_a_spreadsheet(page: Page) -> None:
    page.goto(f"{STAFF}/gradebook")
    with page.expect_download() as download:
        follow(page, "CSV for a spreadsheet")
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert STUDENT in {row["login"] for row in rows}


def test_a_mended_test_is_run_again_looked_at_applied_and_undone(page: Page) -> None:
    page.goto(f"{STAFF}/insight")
    follow(page, "Regrades")
    follow(page, "Regrade an exercise")
    tab_to(page, "Exercise")
    page.keyboard.press("ArrowDown")  # from the first exercise to the second
    follow(page, "Choose this one")
    fill_in(page, "Reason", "odd sizes were judged too closely")
    follow(page, "Run them again")
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible(timeout=REGRADED)
    expect(page.get_by_role("row", name=re.compile("Odd sizes"))).to_be_visible()
    assert tile(page, "rise") > 0
    assert tile(page, "fall") == 0
    follow(page, "Apply it")
    follow(page, "Yes, apply it")
    expect(page.get_by_role("heading", name="What it changed")).to_be_visible()
    follow(page, "Undo it")
    follow(page, "Yes, undo it")
    expect(page.get_by_role("heading", name="What it would have changed")).to_be_visible()


def test_what_is_run_again_unchanged_earns_the_same_and_is_thrown_away(page: Page) -> None:
    page.goto(f"{STAFF}/regrades/new?exercise=conv-parameters")
    tab_to(page, "All", most=FARTHEST)
    page.keyboard.press("ArrowDown")  # of each student the latest
    fill_in(page, "Reason", "only to see")
    follow(page, "Run them again")
    expect(page.get_by_role("heading", name="What it would change")).to_be_visible(timeout=REGRADED)
    assert tile(page, "stay") > 0
    assert (tile(page, "rise"), tile(page, "fall")) == (0, 0)
    follow(page, "Throw it away")
    follow(page, "Yes, throw it away")
    expect(page.get_by_role("main")).to_contain_text("thrown away")


def tile(page: Page, word: str) -> int:
    """Return how many grades do what *word* says."""
    return int(page.locator(".tiles .card", has_text=re.compile(word)).locator(".big").inner_text())


def test_similar_solutions_stand_side_by_side(page: Page) -> None:
    page.goto(f"{STAFF}/insight/exercises/pointwise-conv")
    follow(page, "Similar solutions")
    heading(page, "Similar solutions")
    follow(page, "Side by side")
    expect(page.locator("pre.code").nth(1)).to_be_visible()


def test_the_board_tells_of_the_workers(page: Page) -> None:
    page.goto(f"{STAFF}/insight")
    follow(page, "Board")
    expect(page.get_by_role("main")).to_contain_text("waits for work")


def test_the_log_knows_who_did_it(page: Page) -> None:
    page.goto(f"{STAFF}/insight")
    follow(page, "Log")
    heading(page, "Log")
    fill_in(page, "About whom", STUDENT)
    follow(page, "Look")
    rows = page.get_by_role("table").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Ada Lindgren")
    with page.expect_download() as download:
        follow(page, "CSV for a spreadsheet")
    assert "ada" in download.value.path().read_text(encoding="utf-8-sig")


@pytest.fixture(scope="module")
def paths(chromium: Browser, term: Term) -> dict[str, str]:
    context, page = signed_in(chromium, term.url, INSTRUCTOR)
    found = staff_pages(page)
    context.close()
    return found


def test_an_assistant_is_shown_nothing_that_would_be_refused(
    chromium: Browser, term: Term, paths: dict[str, str]
) -> None:
    context, page = signed_in(chromium, term.url, ASSISTANT)
    refused: list[str] = []
    leads: set[str] = set()
    for path in paths.values():
        answer = page.goto(path)
        if answer is None or not answer.ok:
            continue
        forms = page.locator("form[method=post]").evaluate_all(
            "forms => forms.map(form => new URL(form.action).pathname)"
        )
        refused += [f"{path}: {action}" for action in forms if not _HARMLESS.search(action)]
        leads |= set(
            page.locator("nav a[href], main a[href]").evaluate_all("links => links.map(link => link.pathname)")
        )
    wanted = {path for path in leads if path.startswith(COURSE) and "/students/" not in path}
    refused += [path for path in sorted(wanted) if not page.request.get(path).ok]
    assert refused == []
    context.close()


def test_a_student_is_shown_none_of_it(chromium: Browser, term: Term, paths: dict[str, str]) -> None:
    context, page = signed_in(chromium, term.url, STUDENT)
    expect(page.get_by_role("link", name="staff")).to_have_count(0)
    answers = {path: page.request.get(path).status for path in paths.values() if path.startswith(STAFF)}
    assert {path: status for path, status in answers.items() if status not in {403, 404}} == {}
    context.close()


def test_without_scripts_one_looks_comments_and_sets_a_grade(chromium: Browser, term: Term) -> None:
    context, page = signed_in(chromium, term.url, INSTRUCTOR, java_script_enabled=False)
    page.goto(f"{STAFF}/gradebook")
    page.get_by_label("Name or login").fill("lindgren")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="Ada Lindgren").click()
    page.locator("summary", has_text="Set the grade by hand").first.click()
    page.get_by_label("Points that count").first.fill("18")
    page.get_by_label("Reason").first.fill("without scripts")
    page.get_by_role("button", name="Set it").first.click()
    expect(page.get_by_role("status").filter(has_text="The grade is set")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Submission")).first.click()
    page.get_by_label("What you want to say").fill("Without scripts, too.")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment", has_text="Without scripts, too.")).to_be_visible()
    context.close()


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        pytest.param(width, theme, marks=[] if (width, theme) in {(1280, "light"), (360, "dark")} else pytest.mark.slow)
        for width in WIDTHS
        for theme in THEMES
    ],
)
def test_axe_finds_nothing_on_any_page_of_the_staff(
    chromium: Browser, term: Term, paths: dict[str, str], width: int, theme: str
) -> None:
    options: dict[str, Any] = {
        "viewport": {"width": width, "height": 900},
        "color_scheme": theme,
        "reduced_motion": "reduce",
    }
    context, page = signed_in(chromium, term.url, INSTRUCTOR, **options)
    found, styled = {}, []
    page.on("console", lambda event: styled.append(event.text) if "Content Security Policy" in event.text else None)
    for name, path in paths.items():
        page.goto(path)
        page.wait_for_load_state()
        found[name] = complaints(page)
    assert {name: told for name, told in found.items() if told} == {}
    assert styled == []
    context.close()
