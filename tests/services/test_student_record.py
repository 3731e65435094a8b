"""A student's record: what counts and why, on which terms, and every piece of work."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.arrangement import LOGIN, Arrangement
from grader.domain.assignment import Extension, Terms
from grader.domain.errors import Forbidden, NotFound
from grader.domain.scoring import Cause, ItemKind
from grader.domain.submission import State
from grader.services import quiz
from grader.services.student_record import ItemRecord, StudentRecord, student_record
from tests.fakes import NOON
from tests.services.test_override import enrolment_id, hand_in, set_grade, withdraw

if TYPE_CHECKING:
    from tests.services.conftest import World


def record(world: World, login: str = "ada", *, by: str = "ian", order: str = LOGIN) -> StudentRecord:
    return student_record(
        world.make_uow(),
        world.catalogue,
        user=world[by],
        course_slug="spring",
        login=login,
        wanted=Arrangement(order),
    )


def item(world: World, key: str = "exercise:pointwise-conv") -> ItemRecord:
    return next(each for each in record(world).items if each.item.key == key)


def test_all_items_stand_there_also_those_without_work(world: World) -> None:
    found = record(world)
    assert [each.item.slug for each in found.items] == ["pointwise-conv", "bottleneck", "weights"]
    assert [each.grade for each in found.items] == [None] * 3
    assert (found.student.login, found.enrolment.user_id) == ("ada", world["ada"].id)
    assert found.points == 0
    assert found.max_points == 11


def test_sums_are_by_weight(world: World) -> None:
    world.set_terms("pointwise-conv", Terms(weight=Fraction(2)))
    hand_in(world)
    found = record(world)
    assert found.points == 6
    assert found.max_points == 15


def test_submissions_stand_newest_first_with_what_they_earned(world: World) -> None:
    hand_in(world)
    waiting = world.submit()
    newest, oldest = item(world).works
    assert (newest.id, newest.state, newest.score) == (waiting.id, State.QUEUED, None)
    assert oldest.score
    assert oldest.state is State.GRADED
    assert oldest.score.points == 3
    assert item(world, "exercise:bottleneck").works == []


def test_attempts_at_quizzes_do_as_well(world: World) -> None:
    uow, clock, quizzes = world.make_uow(), world.clock, world.catalogue
    ids = []
    for _ in range(2):
        view = quiz.start(uow, clock, quizzes, user=world["ada"], course_slug="spring", quiz_slug="weights")
        ids.append(view.attempt.id)
        if len(ids) == 1:
            quiz.finish(uow, clock, quizzes, user=world["ada"], attempt_id=view.attempt.id)
    newest, oldest = item(world, "quiz:weights").works
    assert [newest.id, oldest.id] == ids[::-1]
    assert newest.score is None
    assert oldest.score
    assert oldest.state is None


def test_terms_are_the_students_own(world: World) -> None:
    due = NOON + timedelta(days=1)
    world.set_terms("pointwise-conv", Terms(due=due, attempts=3))
    extension = Extension(due=due + timedelta(days=2), attempts=1, reason="ill")
    with world.make_uow().writing() as uow:
        uow.assignments.extend(enrolment_id(world), ItemKind.EXERCISE, "pointwise-conv", extension)
        uow.commit()
    found = item(world)
    assert (found.terms.due, found.terms.attempts, found.extension) == (due + timedelta(days=2), 4, extension)
    assert item(world, "quiz:weights").terms == Terms()


def test_grades_by_hand_and_the_history_are_told_in_full(world: World) -> None:
    hand_in(world)
    first = set_grade(world, 1)
    second = set_grade(world, 2)
    withdraw(world, second.id)
    found = item(world)
    assert [(each.id, each.withdrawn is None) for each in found.overrides] == [(first.id, True), (second.id, False)]
    assert found.by_hand == first
    causes = [change.cause for change in found.changes]
    assert causes == [Cause.GRADED, Cause.OVERRIDDEN, Cause.OVERRIDDEN, Cause.WITHDRAWN]
    assert item(world, "exercise:bottleneck").by_hand is None


def test_who_has_left_can_still_be_looked_at(world: World) -> None:
    with world.make_uow().writing() as uow:
        uow.enrolments.change(replace(uow.enrolments.get(enrolment_id(world)), ended=NOON))
        uow.commit()
    assert record(world).enrolment.ended == NOON


def test_it_leads_to_the_next_student(world: World) -> None:
    around = record(world).around
    assert around.before is None
    assert around.after == world["bob"]


@pytest.mark.parametrize("login", ["zoe", "ian", "nobody"])
def test_who_is_no_student_has_none(world: World, login: str) -> None:
    with pytest.raises(NotFound):
        record(world, login)


def test_students_may_not_see_it_not_even_their_own(world: World) -> None:
    with pytest.raises(Forbidden):
        record(world, by="ada")
