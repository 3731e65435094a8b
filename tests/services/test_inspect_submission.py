"""A submission in full: what the staff sees beyond its student."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.people import Role
from grader.domain.submission import State
from grader.services.comment import comment, withdraw
from grader.services.enrol import add_user, enrol
from grader.services.inspect_submission import inspect
from tests.services.test_rerun import again, graded, void

if TYPE_CHECKING:
    from grader.services.inspect_submission import Inspection, StaffView
    from tests.services.conftest import World


def inspected(world: World, number: int, login: str = "ian") -> Inspection:
    return inspect(world.make_uow(), user=world[login], submission_id=number)


def by_staff(world: World, number: int, login: str = "ian") -> StaffView:
    staff = inspected(world, number, login).staff
    assert staff
    return staff


def test_every_run_is_told_the_newest_first(world: World) -> None:
    submission = void(world)
    again(world, submission)
    graded(world)
    newest, oldest = by_staff(world, submission.id).runs
    assert [newest.run.state, oldest.run.state] == [State.GRADED, State.VOID]
    assert (newest.points, oldest.fault) == (3, "RuntimeError: no disk")


def test_attempts_of_this_student_at_this_exercise_are_told(world: World) -> None:
    first = world.submit()
    graded(world)
    for login, exercise in (("ada", "bottleneck"), ("bob", "pointwise-conv")):
        world.submit(login, exercise)
    last = world.submit()
    staff = by_staff(world, last.id)
    assert [line.submission.id for line in staff.attempts] == [last.id, first.id]
    assert [line.score is None for line in staff.attempts] == [True, False]
    assert staff.enrolment.user_id == world["ada"].id


def test_an_assistant_comments_and_runs_again_but_does_not_regrade(world: World) -> None:
    world.people["tom"] = add_user(world.make_uow(), login="tom", name="Tom")
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
    assert course
    enrol(world.make_uow(), user=world["tom"], course=course, role=Role.ASSISTANT)
    number = world.submit().id
    assistant, instructor = by_staff(world, number, "tom"), by_staff(world, number)
    assert (assistant.may_comment, assistant.may_rerun, assistant.may_regrade) == (True, True, False)
    assert (instructor.may_comment, instructor.may_rerun, instructor.may_regrade) == (True, True, True)


def test_its_student_sees_the_comments_that_stand_and_nothing_of_the_staffs(world: World) -> None:
    number = world.submit().id
    for text in ("Look here.", "Or not."):
        made = comment(world.make_uow(), world.clock, user=world["ian"], submission_id=number, line=1, text=text)
    withdraw(world.make_uow(), world.clock, user=world["ian"], submission_id=number, comment_id=made.id)
    own = inspected(world, number, "ada")
    assert ([each.text for each in own.comments], own.staff) == (["Look here."], None)
    assert len(inspected(world, number).comments) == 2


@pytest.mark.parametrize("login", ["bob", "zoe"])
def test_others_see_nothing(world: World, login: str) -> None:
    number = world.submit().id
    with pytest.raises(NotFound):
        inspected(world, number, login)
