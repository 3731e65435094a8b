"""What failed by our fault is graded again; what did not is left alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, NotFound
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.services.grade import grade_run
from grader.services.rerun import rerun
from tests.fakes import FakeExaminer

if TYPE_CHECKING:
    from grader.domain.submission import Run, Submission
    from tests.services.conftest import World


def again(world: World, submission: Submission, login: str = "ian") -> Run:
    return rerun(world.make_uow(), world.clock, world.bell, user=world[login], submission_id=submission.id)


def graded(world: World, examiner: FakeExaminer | None = None) -> None:
    """Grade the run that was rung for last."""
    run_id = world.bell.rung[-1]
    grade_run(world.make_uow, world.clock, world.catalogue, examiner or FakeExaminer(), run_id=run_id, node="n")


def void(world: World) -> Submission:
    """Hand in what can't be graded."""
    submission = world.submit()
    for _ in range(3):
        graded(world, FakeExaminer(error=RuntimeError("no disk")))
    return submission


def test_what_became_void_waits_and_counts_again(world: World) -> None:
    submission = void(world)
    world.clock.advance(hours=1)
    run = again(world, submission)
    assert world.bell.rung[-1] == run.id
    assert (run.state, run.queued) == (State.QUEUED, world.clock.now())
    graded(world)
    with world.make_uow().reading() as uow:
        found = uow.submissions.get(submission.id)
        grade = uow.grades.find(found.enrolment_id, ItemKind.EXERCISE, found.exercise)
        assert (found.state, found.submitted) == (State.GRADED, world.clock.now() - timedelta(hours=1))
        assert grade
        assert grade.attempt_id == submission.id


def test_it_may_fail_again(world: World) -> None:
    submission = void(world)
    again(world, submission)
    for _ in range(3):
        graded(world, FakeExaminer(error=RuntimeError("still no disk")))
    assert world.run(submission).state is State.VOID
    assert again(world, submission).state is State.QUEUED


def test_it_is_noted(world: World) -> None:
    submission = void(world)
    run = again(world, submission)
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        [entry] = uow.audit.of_course(course.id, Filter(), 10)
    assert (entry.deed, entry.what) == ("submission.rerun", f"submission {submission.id}")
    assert (entry.user_id, entry.detail["run"]) == (world["ada"].id, str(run.id))


def test_twice_at_once_is_one_run(world: World) -> None:
    submission = void(world)
    again(world, submission)
    with pytest.raises(Conflict):
        again(world, submission)


def test_what_waits_or_is_graded_is_left_alone(world: World) -> None:
    submission = world.submit()
    with pytest.raises(Conflict):
        again(world, submission)
    graded(world)
    with pytest.raises(Conflict, match="regraded"):
        again(world, submission)
    assert len(world.bell.rung) == 1


def test_no_student_does_it(world: World) -> None:
    submission = void(world)
    with pytest.raises(Forbidden):
        again(world, submission, "ada")
    for login in ("bob", "zoe"):
        with pytest.raises(NotFound):
            again(world, submission, login)
