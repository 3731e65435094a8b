"""The class of `grader demo --class N`: plausible, the same each time, and as the services would have left it."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from grader.bootstrap.store import migrate, open_database
from grader.catalogue import FolderCatalogue
from grader.cli.demo_class import sources
from grader.cli.demo_class.endings import RIGHT, Ending, Kind
from grader.cli.demo_class.events import HandedIn
from grader.cli.demo_class.month import make_class
from grader.cli.demo_class.people import people
from grader.cli.demo_class.reports import report, version
from grader.cli.demo_class.seeding import seed
from grader.domain.naming import parse_login
from grader.domain.people import Role
from grader.domain.report import Outcome
from grader.domain.scoring import Cause, ItemKind, Keep
from grader.domain.submission import State
from grader.services.settle import settle
from grader.settings import DatabaseSettings
from tests.e2e.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.cli.demo_class.month import Class
    from grader.domain.exercise import Exercise
    from grader.domain.people import Course
    from grader.ports import UnitOfWork

LESSON = "1x1-convolutions"
CATALOGUE = FolderCatalogue(ROOT / "exercises")
EXERCISES, QUIZZES = CATALOGUE.exercises(LESSON), CATALOGUE.quizzes(LESSON)
POINTWISE = CATALOGUE.exercise(LESSON, "pointwise-conv")
NOW = datetime(2026, 5, 20, 16, 30, tzinfo=UTC)
STUDENTS = 12


def dice(number: int) -> Random:
    return Random(number)  # noqa: S311 - nothing here is secret


def a_class(seed_number: int = 1) -> Class:
    return make_class(STUDENTS, EXERCISES, QUIZZES, now=NOW, seed=seed_number)


@pytest.fixture(scope="module")
def made() -> Class:
    return a_class()


@pytest.fixture(scope="module")
def seeded(made: Class, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, Callable[[], UnitOfWork]]]:
    settings = DatabaseSettings(database_url=f"sqlite:///{tmp_path_factory.mktemp('class') / 'class.sqlite3'}")
    migrate(settings)
    with open_database(settings) as make_uow:
        yield seed(make_uow, made, course="demo", lesson=LESSON, quizzes=QUIZZES), make_uow


def test_the_largest_class_has_no_name_and_no_login_twice() -> None:
    found = people(2000, dice(7))
    assert len({person.name for person in found}) == len({person.login for person in found}) == 2003
    assert all(parse_login(person.login) == person.login for person in found)


def test_the_same_seed_gives_the_same_class_and_another_seed_another(made: Class) -> None:
    assert a_class() == made
    assert a_class(2).events != made.events


def test_nothing_happens_before_the_term_or_after_now(made: Class) -> None:
    moments = [event.when for event in made.events]
    assert moments == sorted(moments)
    assert NOW - timedelta(days=30) < moments[0]
    assert moments[-1] <= NOW


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_whatever_is_handed_in_is_python(exercise: Exercise) -> None:
    thrown = dice(3)
    endings = [RIGHT, *(Ending(kind) for kind in Kind if kind is not Kind.BELIEF)]
    endings += [Ending(Kind.BELIEF, belief) for belief in exercise.misconceptions]
    for ending in endings:
        for _ in range(4):
            text = sources.source(exercise, ending, thrown)
            ast.parse(text)
            ast.parse(sources.retyped(text, thrown))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_a_belief_loses_exactly_the_scenarios_that_it_must(exercise: Exercise) -> None:
    for belief in exercise.misconceptions:
        found = report(exercise, Ending(Kind.BELIEF, belief), exercise.starter, dice(1))
        assert {check.name for check in found.checks if check.outcome is not Outcome.PASSED} == belief.fails
        assert (found.misconception, found.hint) == (belief.name, belief.hint)


def test_right_code_earns_everything_and_a_wrong_scenario_takes_its_points_under_another_version() -> None:
    right = report(POINTWISE, RIGHT, "", dice(1))
    unfair = report(POINTWISE, RIGHT, "", dice(1), broken="double_precision")
    assert (right.points, right.content_hash) == (POINTWISE.max_points, POINTWISE.content_hash)
    assert [check.name for check in unfair.checks if check.outcome is Outcome.WRONG] == ["double_precision"]
    assert unfair.content_hash == version(POINTWISE, "double_precision") != POINTWISE.content_hash


def test_a_hidden_scenario_tells_a_student_no_expected_number() -> None:
    found = report(POINTWISE, Ending(Kind.BELIEF, POINTWISE.misconception("relu_inside")), "", dice(1))
    hidden = [check for check in found.checks if check.visibility.value == "hidden"]
    assert hidden
    assert not any(check.detail or ", at [" in check.message for check in hidden)


def test_a_loop_uses_the_time_up_and_the_rest_is_not_reached() -> None:
    found = report(POINTWISE, Ending(Kind.ENDLESS), "", dice(1))
    assert [check.outcome for check in found.checks][-1] is Outcome.UNANSWERED
    assert found.outcome is Outcome.TIMED_OUT


def test_all_people_are_in_the_course_with_their_roles(seeded: tuple[Course, Callable[[], UnitOfWork]]) -> None:
    course, make_uow = seeded
    with make_uow().reading() as uow:
        found = [enrolment.role for enrolment, _ in uow.enrolments.of_course(course.id)]
    assert [found.count(role) for role in Role] == [STUDENTS, 2, 1]


def test_each_submission_is_graded_by_one_run_that_counts_or_void(
    made: Class, seeded: tuple[Course, Callable[[], UnitOfWork]]
) -> None:
    course, make_uow = seeded
    handed_in = [event for event in made.events if isinstance(event, HandedIn)]
    with make_uow().reading() as uow:
        members = [enrolment.id for enrolment, _ in uow.enrolments.of_course(course.id)]
        found = [submission for member in members for submission in uow.submissions.of_enrolment(member)]
        first = {each.id: [run.run for run in uow.review.runs(each.id) if run.run.regrade_id is None] for each in found}
    assert len(found) == len(handed_in) > 3 * STUDENTS
    assert all(len(runs) == 1 and runs[0].counts for runs in first.values())
    assert {each.state for each in found} <= {State.GRADED, State.VOID}


def test_each_grade_is_what_its_scores_terms_and_overrides_give(
    seeded: tuple[Course, Callable[[], UnitOfWork]],
) -> None:
    course, make_uow = seeded
    usual = {quiz.slug: quiz.policy.counts for quiz in QUIZZES}
    with make_uow().writing() as uow:
        grades = uow.grades.of_course(course.id)
        for grade in grades:
            again = settle(
                uow,
                course_id=course.id,
                enrolment_id=grade.enrolment_id,
                kind=grade.kind,
                item=grade.item,
                cause=Cause.TERMS,
                now=NOW,
                usual=usual.get(grade.item, Keep.BEST),
            )
            assert again == grade
    assert {grade.kind for grade in grades} == set(ItemKind)


def test_the_staff_did_something_of_each_sort_and_the_log_knows(
    seeded: tuple[Course, Callable[[], UnitOfWork]],
) -> None:
    course, make_uow = seeded
    with make_uow().reading() as uow:
        regrades = uow.regrades.of_course(course.id)
        overrides = uow.overrides.of_course(course.id)
        extensions = uow.assignments.extensions(course.id)
        changes = [each for row, _ in uow.enrolments.of_course(course.id) for each in uow.history.of_enrolment(row.id)]
    assert [each.exercise for each in regrades] == [POINTWISE.slug]
    assert any(each.withdrawn for each in overrides)
    assert any(each.withdrawn is None for each in overrides)
    assert extensions
    assert {Cause.GRADED, Cause.REGRADED, Cause.OVERRIDDEN, Cause.WITHDRAWN} <= {each.cause for each in changes}
