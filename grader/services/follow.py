"""How a submission stands, as far as its viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.feedback import for_student
from grader.domain.queueing import RECENT, expected_wait
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.services.by_hand import by_hand
from grader.services.enrol import member, owner_and_viewer
from grader.services.terms import is_over, terms_of

if TYPE_CHECKING:
    from datetime import timedelta

    from grader.domain.people import Course, Enrolment, User
    from grader.domain.report import Report
    from grader.domain.scoring import Grade, Override, Score
    from grader.domain.submission import HandedIn, Run, Submission
    from grader.ports import Clock, UnitOfWork


@dataclass(frozen=True)
class SubmissionView:
    """All that a viewer may know about a submission; *report* and *fault* fit the viewer."""

    submission: Submission
    course: Course
    student: User
    state: State
    place: int | None  # in the queue, 1 is next; None when it does not wait
    wait: timedelta | None  # about how long it takes to its result; None when it does not wait or nobody knows
    progress: str  # "3/12"; empty when there is nothing to say
    report: Report | None
    attempts: int  # by this student at this exercise, this one included; none that is void
    grade: Grade | None  # what counts for the student at this exercise, from whichever attempt
    by_hand: Override | None  # from which that grade comes
    fault: str  # why a run failed by our fault; always empty for students


@dataclass(frozen=True)
class SubmissionLine:
    """A submission in a list; *score* is None until it is graded."""

    submission: HandedIn
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
            terms = terms_of(uow, course.id, owner.id, ItemKind.EXERCISE, submission.exercise)
            report = for_student(report, is_due=is_over(terms, course, clock.now()))
        place, wait = _queueing(uow, run)
        grade = uow.grades.find(owner.id, ItemKind.EXERCISE, submission.exercise)
        return SubmissionView(
            submission=submission,
            course=course,
            student=uow.users.get(owner.user_id),
            state=run.state,
            place=place,
            wait=wait,
            progress=run.progress,
            report=report,
            attempts=uow.submissions.count(owner.id, submission.exercise),
            grade=grade,
            by_hand=by_hand(uow, grade),
            fault=uow.runs.fault(run.id) if viewer.role.is_staff else "",
        )


def submissions(
    uow: UnitOfWork, *, user: User, course_slug: str, exercise_slug: str | None = None
) -> list[SubmissionLine]:
    """Return the user's own submissions in a course, newest first."""
    with uow.reading():
        _, enrolment = member(uow, user, course_slug)
        return lines(uow, enrolment, exercise_slug)


def lines(
    uow: UnitOfWork, enrolment: Enrolment, exercise: str | None, *, limit: int | None = None
) -> list[SubmissionLine]:
    """Return a student's submissions to one exercise or to all, newest first; for use inside an open unit of work."""
    scores = {score.attempt_id: score for score in uow.runs.scores(enrolment.id, exercise)}
    return [
        SubmissionLine(submission, scores.get(submission.id))
        for submission in uow.submissions.of_enrolment(enrolment.id, exercise, limit=limit)
    ]


def _queueing(uow: UnitOfWork, run: Run) -> tuple[int | None, timedelta | None]:
    if run.state is not State.QUEUED:
        return None, None
    place = uow.runs.ahead(run) + 1
    return place, expected_wait(place, uow.runs.recent(RECENT))
