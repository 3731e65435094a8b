"""How a submission stands, as far as its viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.feedback import for_student
from grader.domain.submission import State
from grader.services.enrol import member, owner_and_viewer

if TYPE_CHECKING:
    from grader.domain.people import Course, User
    from grader.domain.report import Report
    from grader.domain.scoring import Score
    from grader.domain.submission import Run, Submission
    from grader.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class SubmissionView:
    """All that a viewer may know about a submission; *report* and *fault* fit the viewer."""

    submission: Submission
    course: Course
    student: User
    state: State
    place: int | None  # in the queue, 1 is next; None when it does not wait
    progress: str  # "3/12"; empty when there is nothing to say
    report: Report | None
    attempts: int  # by this student at this exercise, this one included; none that is void
    fault: str  # why a run failed by our fault; always empty for students


@dataclass(frozen=True)
class SubmissionLine:
    """A submission in a list; *score* is None until it is graded."""

    submission: Submission
    score: Score | None


def follow(uow: UnitOfWork, clock: Clock, *, user: User, submission_id: int) -> SubmissionView:
    """Return how a submission stands; NotFound unless it is the user's own or they are its course's staff."""
    with uow.reading():
        submission = uow.submissions.get(submission_id)
        owner, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        course = uow.courses.get(owner.course_id)
        run = uow.runs.latest(submission.id)
        report = uow.runs.report(run.id) if run.state is State.GRADED else None
        if report and not viewer.role.is_staff:
            report = for_student(report, is_due=not course.is_open(clock.now()))
        return SubmissionView(
            submission=submission,
            course=course,
            student=uow.users.get(owner.user_id),
            state=run.state,
            place=_place(uow, run),
            progress=run.progress,
            report=report,
            attempts=uow.submissions.count(owner.id, submission.exercise),
            fault=uow.runs.fault(run.id) if viewer.role.is_staff else "",
        )


def submissions(
    uow: UnitOfWork, *, user: User, course_slug: str, exercise_slug: str | None = None
) -> list[SubmissionLine]:
    """Return the user's own submissions in a course, newest first."""
    with uow.reading():
        _, enrolment = member(uow, user, course_slug)
        scores = {score.attempt_id: score for score in uow.runs.scores(enrolment.id, exercise_slug)}
        return [
            SubmissionLine(submission, scores.get(submission.id))
            for submission in uow.submissions.of_enrolment(enrolment.id, exercise_slug)
        ]


def _place(uow: UnitOfWork, run: Run) -> int | None:
    return uow.runs.ahead(run) + 1 if run.state is State.QUEUED else None
