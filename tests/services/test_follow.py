"""What students and staff may see of a submission, and nobody else."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.exercise import Visibility
from grader.domain.feedback import for_student
from grader.domain.submission import State
from grader.services.follow import follow, submissions
from grader.services.grade import grade_run
from tests.fakes import FakeExaminer, a_check, a_report

if TYPE_CHECKING:
    from grader.domain.submission import Submission
    from grader.services.follow import SubmissionView
    from tests.services.conftest import World

STAFF_ONLY = ("seed 7", "seed-7", "node-1")


def view(world: World, submission: Submission, login: str = "ada") -> SubmissionView:
    return follow(world.make_uow(), world.clock, user=world[login], submission_id=submission.id)


def graded(world: World, submission: Submission, examiner: FakeExaminer | None = None) -> None:
    run = world.run(submission)
    assert grade_run(
        world.make_uow, world.clock, world.catalogue, examiner or FakeExaminer(), run_id=run.id, node="node-1"
    )


class TestFollow:
    def test_a_queued_submission_tells_its_place(self, world: World) -> None:
        first, second = world.submit("bob"), world.submit("ada")
        assert view(world, first, "bob").place == 1
        seen = view(world, second)
        assert (seen.state, seen.place, seen.report, seen.progress) == (State.QUEUED, 2, None, "")

    def test_a_running_submission_tells_its_progress_and_no_place(self, world: World) -> None:
        submission = world.submit()
        run = world.run(submission)
        with world.make_uow().writing() as uow:
            lease = world.clock.now() + timedelta(minutes=1)
            uow.runs.claim(run.id, "key", node="n", now=world.clock.now(), lease_until=lease)
            uow.runs.save_progress(run.id, "key", "1/2", lease_until=lease)
            uow.commit()
        seen = view(world, submission)
        assert (seen.state, seen.place, seen.progress) == (State.RUNNING, None, "1/2")

    def test_who_waits_is_told_how_long_once_somebody_knows(self, world: World) -> None:
        done = world.submit("bob")
        assert view(world, done, "bob").wait is None
        graded(world, done, FakeExaminer(meanwhile=lambda: world.clock.advance(seconds=2)))
        world.submit("bob")
        seen = view(world, world.submit("ada"))
        assert (seen.place, seen.wait) == (2, timedelta(seconds=8))
        assert view(world, done, "bob").wait is None

    def test_what_counts_for_the_student_is_told_with_each_attempt(self, world: World) -> None:
        first = world.submit()
        assert view(world, first).grade is None
        graded(world, first)
        grade = view(world, world.submit()).grade
        assert grade
        assert (grade.attempt_id, grade.points) == (first.id, Fraction(3))

    def test_attempts_are_the_students_own_at_that_exercise(self, world: World) -> None:
        world.submit("bob")
        world.submit("ada", "bottleneck")
        world.submit("ada")
        assert view(world, world.submit("ada")).attempts == 2

    @pytest.mark.parametrize("login", ["bob", "zoe"])
    def test_others_hear_the_same_as_for_one_that_is_not_there(self, world: World, login: str) -> None:
        submission = world.submit("ada")
        with pytest.raises(NotFound) as hidden:
            view(world, submission, login)
        with pytest.raises(NotFound) as missing:
            follow(world.make_uow(), world.clock, user=world[login], submission_id=4711)
        assert str(hidden.value).replace(str(submission.id), "4711") == str(missing.value)

    def test_staff_see_whose_it_is_and_the_whole_report(self, world: World) -> None:
        submission = world.submit("ada")
        graded(world, submission)
        seen = view(world, submission, "ian")
        assert seen.student == world["ada"]
        assert seen.report == a_report()

    def test_a_fault_of_ours_is_told_to_the_staff_only(self, world: World) -> None:
        submission = world.submit("ada")
        graded(world, submission, FakeExaminer(error=RuntimeError("disk full")))
        assert "disk full" in view(world, submission, "ian").fault
        assert view(world, submission, "ada").fault == ""


class TestReportForStudents:
    def test_nothing_of_the_staffs_is_in_it(self, world: World) -> None:
        submission = world.submit()
        graded(world, submission)
        told = repr(view(world, submission).report)
        assert [secret for secret in STAFF_ONLY if secret in told] == []
        assert [secret for secret in STAFF_ONLY if secret in repr(a_report())] == list(STAFF_ONLY)

    @pytest.mark.parametrize(
        ("visibility", "is_due", "shown"),
        [
            (Visibility.PUBLIC, False, True),
            (Visibility.PUBLIC, True, True),
            (Visibility.HIDDEN, False, False),
            (Visibility.HIDDEN, True, False),
            (Visibility.AFTER_DUE, False, False),
            (Visibility.AFTER_DUE, True, True),
        ],
    )
    def test_numbers_and_prints_go_with_the_visibility(
        self,
        visibility: Visibility,
        *,
        is_due: bool,
        shown: bool,
    ) -> None:
        told = for_student(a_report(a_check(visibility=visibility)), is_due=is_due).checks[0]
        assert bool(told.printed) is shown
        assert bool(told.detail) is shown
        assert told.message == "As it should be."

    def test_the_hint_and_the_points_are_told(self) -> None:
        told = for_student(a_report(), is_due=False)
        assert (told.points, told.max_points, told.hint) == (3, 4, "Height comes first.")
        assert told.checks[1].hint == "Height comes first."


class TestSubmissions:
    def test_own_ones_come_newest_first_with_their_scores(self, world: World) -> None:
        first = world.submit()
        graded(world, first)
        other = world.submit(exercise="bottleneck")
        second = world.submit()
        world.submit("bob")
        lines = submissions(world.make_uow(), user=world["ada"], course_slug="spring")
        assert [line.submission.id for line in lines] == [second.id, other.id, first.id]
        assert [line.score and line.score.points for line in lines] == [None, None, Fraction(3)]
        only = submissions(world.make_uow(), user=world["ada"], course_slug="spring", exercise_slug="bottleneck")
        assert [line.submission.id for line in only] == [other.id]
