"""What is wrong with a lecturer's file costs no student anything and stops no worker; repaired, all goes on."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap import grading
from grader.domain.submission import MAX_RUN_CLAIMS, State
from tests.outside.lesson import EXERCISE, FORGETS, FULL, LESSON, REFERENCE, RIGHT, SCENARIOS, SETTINGS, write_lesson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.outside.desk import Desk

pytestmark = pytest.mark.jail


def with_line(line: str) -> str:
    """Return the scenarios with *line* at the beginning of the first one's body."""
    head = "def scales(subject: Subject, draw: Draw):\n"
    assert head in SCENARIOS
    return SCENARIOS.replace(head, f"{head}    {line}\n")


BROKEN = {
    "a scenario file that raises": ({"scenarios": f"{SCENARIOS}\n1 / 0\n"}, "ZeroDivisionError"),
    "a scenario file that exits": ({"scenarios": f"{SCENARIOS}\nraise SystemExit(1)\n"}, "SystemExit"),
    "a scenario file that is no Python": ({"scenarios": f"{SCENARIOS}\n(\n"}, "scenarios.py"),
    "a scenario that raises": ({"scenarios": with_line("raise KeyError('mine')")}, "KeyError"),
    "a scenario that exits": ({"scenarios": with_line("raise SystemExit(2)")}, "SystemExit"),
    "a scenario that asks for what is not there": ({"scenarios": with_line("subject.Nothing(3)")}, "Nothing"),
    "a scenario that is only a name": ({"scenarios": f"{SCENARIOS}\nscales = None\n"}, "scales"),
    "a reference that raises": ({"reference": f"{REFERENCE}\n1 / 0\n"}, "ZeroDivisionError"),
    "a reference that exits": ({"reference": f"{REFERENCE}\nimport os\nos._exit(0)\n"}, "exit status 0"),
    "a reference that raises when called": (
        {"reference": REFERENCE.replace("x * self.factor", "x.nothing")},
        "AttributeError",
    ),
    "a reference that hangs": ({"reference": f"{REFERENCE}\nwhile True: pass\n"}, "1 seconds"),
    "a reference that breaks a claim": (
        {"reference": REFERENCE.replace("x * self.factor", "x + self.factor")},
        "is_linear",
    ),
    "settings that are no TOML": ({"exercise": "title = \n"}, "exercise.toml"),
    "settings without a title": ({"exercise": SETTINGS.replace("title", "tilte")}, "title"),
    "settings with an unknown scenario": ({"exercise": SETTINGS.replace('"one_channel"', '"two"')}, "two"),
}


@contextmanager
def broken(desk: Desk, files: dict[str, str]) -> Iterator[None]:
    """Write the lesson with other files meanwhile."""
    write_lesson(desk.exercises, **files)
    try:
        yield
    finally:
        write_lesson(desk.exercises)


@pytest.fixture(scope="module", autouse=True)
def first(desk: Desk) -> None:
    """Let Ada have a best grade, and the seed of one exercise be recorded."""
    desk.grade(desk.hand_in(FORGETS))


@pytest.mark.parametrize(("files", "words"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_after_handing_in_is_void_after_some_tries_and_the_staff_see_why(
    desk: Desk, caplog: pytest.LogCaptureFixture, files: dict[str, str], words: str
) -> None:
    before, run = desk.standing(), desk.hand_in(RIGHT)
    with broken(desk, files):
        run = desk.grade_to_the_end(run)
    assert (run.state, run.claims) == (State.VOID, MAX_RUN_CLAIMS)
    assert words in desk.seen_by("ines", run).fault
    mine = desk.seen_by("ada", run)
    assert (mine.report, mine.fault) == (None, "")
    assert desk.standing() == before
    assert f"run {run.id} of submission {run.submission_id}" in caplog.text
    assert desk.is_well()


def test_an_exercise_that_is_gone_is_void_and_the_staff_see_why(desk: Desk) -> None:
    before, run = desk.standing(), desk.hand_in(RIGHT)
    shutil.rmtree(desk.exercises / LESSON / EXERCISE)
    try:
        run = desk.grade_to_the_end(run)
    finally:
        write_lesson(desk.exercises)
    assert run.state is State.VOID
    assert EXERCISE in desk.seen_by("ines", run).fault
    assert desk.standing() == before
    assert desk.is_well()


def test_what_is_repaired_between_two_tries_is_graded(desk: Desk) -> None:
    run = desk.hand_in(RIGHT)
    with broken(desk, BROKEN["a reference that raises"][0]):
        assert desk.grade(run).state is State.QUEUED
    assert desk.points(desk.grade(run)) == FULL


def test_a_scenario_that_trips_over_a_right_answer_is_our_fault(desk: Desk) -> None:
    worn_out = with_line("CALLS.append(1)\n    assert len(CALLS) <= 4, 'worn out'")  # four times on the reference
    before, run = desk.standing(), desk.hand_in(RIGHT)
    with broken(desk, {"scenarios": worn_out.replace("@scenario", "CALLS = []\n\n\n@scenario", 1)}):
        run = desk.grade_to_the_end(run)
    assert run.state is State.VOID
    assert "worn out" in desk.seen_by("ines", run).fault
    assert desk.standing() == before


MISCONCEPTIONS = {
    "raises": f"{FORGETS}\n1 / 0\n",
    "raises when called": FORGETS.replace("x * 1", "x.nothing"),
    "exits": f"{FORGETS}\nimport os\nos._exit(0)\n",
    "hangs": f"{FORGETS}\nwhile True: pass\n",
    "hangs when called": FORGETS.replace("return x * 1", "while True: pass"),
}


@pytest.mark.parametrize("text", MISCONCEPTIONS.values(), ids=MISCONCEPTIONS)
def test_a_broken_misconception_costs_the_hint_alone(desk: Desk, text: str) -> None:
    with broken(desk, {"does_nothing": text}):
        run = desk.grade(desk.hand_in(FORGETS))
    report = desk.seen_by("ada", run).report
    assert report
    assert (run.state, run.claims, report.points, report.misconception) == (State.GRADED, 1, 1, None)
    assert desk.is_well()


@pytest.mark.parametrize("files", [each for each, _ in BROKEN.values()], ids=BROKEN)
def test_a_worker_starts_beside_a_broken_exercise_and_grades_the_others(desk: Desk, files: dict[str, str]) -> None:
    with broken(desk, files):
        assert grading.longest_run(desk.settings) >= 60
        grading._prepare(desk.store, desk.station._examiner)
    assert desk.is_well()


def test_a_worker_starts_beside_a_broken_lesson(desk: Desk) -> None:
    (desk.exercises / LESSON / "lesson.toml").write_text("title = \n")
    try:
        assert grading.longest_run(desk.settings) >= 60
        grading._prepare(desk.store, desk.station._examiner)
    finally:
        write_lesson(desk.exercises)
    assert desk.is_well()
