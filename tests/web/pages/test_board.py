"""The live board: what is wrong is said first, other courses are numbers, and it can be paused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.station import Station
from grader.web.pages.staff.board import age
from tests.fakes import NOON, a_report
from tests.web.connected import an_endpoint, attempt, connected_school, newest
from tests.web.pages.browser import Browser, signed_in
from tests.web.pages.work import HOSTILE, counted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.school import School

BOARD = "/courses/spring/staff/board"
HERE = Station("w-1", "node-1", "cpu", NOON, NOON)


@pytest.fixture
def ines(school: School) -> Browser:
    """An instructor's browser, signed in."""
    return signed_in(school, "ines")


def hear(school: School, *stations: Station) -> None:
    with school.make_uow().writing() as uow:
        for station in stations:
            uow.stations.heard(station)
        uow.commit()


def take(school: School, submission_id: int) -> int:
    """Claim a submission's run, for two minutes."""
    now = school.clock.now()
    with school.make_uow().writing() as uow:
        run = uow.runs.latest(submission_id)
        assert uow.runs.claim(run.id, "key", node="node-1", now=now, lease_until=now + timedelta(minutes=2))
        uow.commit()
    return run.id


def fail(school: School, submission_id: int, fault: str) -> None:
    run_id = take(school, submission_id)
    with school.make_uow().writing() as uow:
        assert uow.runs.give_up(run_id, "key", fault=fault, finished=school.clock.now())
        uow.commit()


def submit_elsewhere(school: School) -> int:
    """Hand in as Cleo, in another course."""
    answer = school.client("cleo").post(
        "/api/v1/courses/autumn/exercises/pointwise-conv/submissions", json={"source": "x = 1"}
    )
    number: int = answer.get_json()["id"]
    return number


def test_all_is_well_while_a_worker_waits_for_work(school: School, ines: Browser) -> None:
    hear(school, HERE)
    text = ines.get(BOARD).text
    assert "All is well." in text
    assert "waits for work" in text
    assert "1 alive, 0 of them busy" in text


def test_without_a_worker_that_is_told_first(school: School, ines: Browser) -> None:
    assert "No worker is alive: nothing is graded" in ines.get(BOARD).text
    hear(school, HERE)
    school.clock.advance(minutes=1)
    text = ines.get(BOARD).text
    assert "No worker is alive" in text
    assert "Silent" in text
    assert "1 min ago" in text


def test_one_silent_worker_of_two_is_told(school: School, ines: Browser) -> None:
    school.clock.advance(minutes=1)
    hear(school, HERE, replace(HERE, name="w-2", heard=school.clock.now()))
    text = ines.get(BOARD).text
    assert "1 worker is silent." in text
    assert "1 alive, 0 of them busy; 1 silent" in text


def test_a_worker_that_grades_leads_to_the_submission_and_may_take_its_time(school: School, ines: Browser) -> None:
    number = school.submit()
    hear(school, replace(HERE, run_id=take(school, number), since=NOON))
    school.clock.advance(seconds=90)  # longer than silence, within the lease
    text = ines.get(BOARD).text
    assert f'href="/submissions/{number}">Pointwise conv</a>, for 1 min' in text
    assert "All is well." in text


def test_of_another_course_no_name_is_told(school: School, ines: Browser) -> None:
    number = submit_elsewhere(school)
    hear(school, replace(HERE, run_id=take(school, number), since=NOON))
    fail(school, submit_elsewhere(school), "disk full on node-9")
    text = ines.get(BOARD).text
    assert "a run of another course" in text
    assert "1 run failed by our fault in the last hour." in text
    for name in ("Cleo", "disk full", f"/submissions/{number}", "autumn"):
        assert name not in text


def test_queue_and_last_hour_are_numbers(school: School, ines: Browser) -> None:
    school.submit()
    school.grade(a_report())
    school.submit()
    school.submit("bob")
    school.start_quiz()
    school.clock.advance(minutes=3)
    text = ines.get(BOARD).text
    assert '<dt>Waiting</dt>\n    <dd><span class="big">2</span><br>the oldest for 3 min</dd>' in text
    assert '<dt>Graded in the last hour</dt>\n    <dd><span class="big">1</span></dd>' in text
    assert '<span class="big">a few seconds</span>' in text
    assert '<span class="big">1</span><br>0 against the clock; 0 in other courses' in text
    school.clock.advance(hours=1)
    assert '<dt>Graded in the last hour</dt>\n    <dd><span class="big">0</span></dd>' in ines.get(BOARD).text


def test_what_failed_by_our_fault_leads_to_the_work_and_says_why_inertly(school: School, ines: Browser) -> None:
    number = school.submit()
    fail(school, number, f"RuntimeError: {HOSTILE}")
    text = ines.get(BOARD).text
    assert f'id="fault-{number}" href="/submissions/{number}"' in text
    assert "given up" in text
    assert "<script>alert" not in text
    assert "<img" not in text


def test_it_can_be_paused_and_works_without_scripts(ines: Browser) -> None:
    text = ines.get(BOARD).text
    assert '<button type="button" id="pause" aria-pressed="false" hidden>' in text  # a script shows it
    assert f'id="again" href="{BOARD}"' in text
    assert 'role="status" id="told"' in text
    board = text.split('<div id="board"')[1]
    assert "aria-live" not in board
    assert 'role="status"' not in board  # numbers that change are not said aloud


def test_it_needs_as_many_statements_with_many_workers_and_faults(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")
        numbers = []
        for times in (1, 5):
            for number in range(times):
                submission = school.submit()
                hear(school, replace(HERE, name=f"w-{times}-{number}", run_id=take(school, submission), since=NOON))
                fail(school, school.submit(), "disk full")
            ines.get(BOARD)
            numbers.append(count(lambda: ines.get(BOARD)))
        assert numbers[0] == numbers[1]
        assert numbers[0] < 25


def test_what_others_are_told_is_counted_and_what_is_wrong_with_it_said_first() -> None:
    with connected_school() as school:
        hear(school, HERE)
        an_endpoint(school)
        ines = signed_in(school, "ines")
        for _ in range(2):
            school.submit()
            school.grade()
        assert "All is well." in ines.get(BOARD).text
        attempt(school, newest(school))
        text = ines.get(BOARD).text
        assert "1 delivery failed for good in the last hour." in text
        assert 'href="/courses/spring/staff/deliveries?state=dead"' in text
        school.clock.advance(minutes=6)
        text = ines.get(BOARD).text
        assert "What other systems are to be told waits for 6 min: is the dispatcher running?" in text
        assert '<span class="big">1</span><br>the oldest is due for 6 min' in text


def test_what_waits_for_who_is_switched_off_is_no_fault_of_the_dispatchers() -> None:
    with connected_school() as school:
        hear(school, HERE)
        endpoint = an_endpoint(school)
        ines = signed_in(school, "ines")
        school.submit()
        school.grade()
        with school.make_uow().writing() as uow:
            uow.endpoints.switch_off(endpoint.id, school.clock.now(), "it answered 410")
            uow.commit()
        school.clock.advance(minutes=6)
        hear(school, replace(HERE, heard=school.clock.now()))
        text = ines.get(BOARD).text
        assert "All is well." in text
        assert '<span class="big">1</span><br>for who is switched off or failing' in text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0 s"), (0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (86399, "23 h"), (86400, "1 d")],
)
def test_ages_are_told_in_their_largest_unit(school: School, seconds: int, said: str) -> None:
    with school.app().test_request_context():
        assert age(timedelta(seconds=seconds)) == said
