"""Hand in, list, look at one."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import url_for
from pydantic import BaseModel

from grader.domain.submission import State
from grader.services import browse, follow
from grader.services.submit import submit
from grader.web.api.report import ReportOut, report_out
from grader.web.bodies import described_source, read_source
from grader.web.context import context, current_user, services

blueprint = APIBlueprint("submissions", __name__, tag="Submissions")


class AcceptedOut(BaseModel):
    """A submission that is kept and waits to be graded; *url* and *events* tell how it goes on."""

    id: int
    state: State
    submitted: datetime
    url: str
    events: str


class LineOut(BaseModel):
    """A submission in a list; *points* is null until it is graded."""

    id: int
    state: State
    submitted: datetime
    points: float | None
    max_points: int | None


class LinesOut(BaseModel):
    """Submissions, newest first."""

    submissions: list[LineOut]


class StudentOut(BaseModel):
    """Who handed it in."""

    login: str
    name: str


class SnapshotOut(BaseModel):
    """How a submission stands.

    *place* is its place in the queue (1 is next) while it waits, *expected_wait* about how many seconds it takes to
    its result (null when nobody knows), *progress* like "3/12" while it runs, *fault* why it failed by our fault, for
    the staff.
    """

    id: int
    course: str
    exercise: str
    student: StudentOut
    state: State
    submitted: datetime
    attempts: int
    place: int | None
    expected_wait: float | None
    progress: str
    report: ReportOut | None
    fault: str


class SubmissionOut(SnapshotOut):
    """How a submission stands, and what was handed in."""

    source: str


@blueprint.post("/courses/<name:course>/exercises/<name:exercise>/submissions")
@blueprint.output(AcceptedOut, status_code=202, description="Kept; it waits to be graded")
@blueprint.doc(
    responses={
        400: "Malformed JSON",
        409: "The course is closed",
        413: "The source is too large",
        415: "Not one of the three ways to send source",
        422: "The source can't be graded: empty, not UTF-8, a syntax error, an unknown field",
        429: "Too many submissions; Retry-After says when to try again",
    },
    extensions={"requestBody": described_source()},
)
def hand_in(course: str, exercise: str) -> tuple[AcceptedOut, int, dict[str, str]]:
    """Hand in a solution.

    Send the source as JSON, as the file of a form, or as it is.
    """
    user, needs = current_user(), services()
    context().submit_limit.count(user.id)
    target = browse.exercise(
        needs.make_uow(), needs.clock, needs.catalogue, user=user, course_slug=course, exercise_slug=exercise
    )
    submission = submit(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        needs.bell,
        user=user,
        course_slug=course,
        exercise_slug=exercise,
        data=read_source(target.exercise.limits.source_kib),
    )
    url = url_for("v1.submissions.get_submission", submission_id=submission.id)
    accepted = AcceptedOut(
        id=submission.id,
        state=submission.state,
        submitted=submission.submitted,
        url=url,
        events=url_for("v1.events.watch", submission_id=submission.id),
    )
    return accepted, 202, {"Location": url}


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>/submissions")
@blueprint.output(LinesOut)
def list_submissions(course: str, exercise: str) -> LinesOut:
    """List your own submissions to an exercise, newest first."""
    found = follow.submissions(services().make_uow(), user=current_user(), course_slug=course, exercise_slug=exercise)
    return LinesOut(submissions=[_line(each) for each in found])


@blueprint.get("/submissions/<int:submission_id>")
@blueprint.output(SubmissionOut)
def get_submission(submission_id: int) -> SubmissionOut:
    """Show how a submission stands: your own, or any of a course of whose staff you are."""
    view = follow.follow(services().make_uow(), services().clock, user=current_user(), submission_id=submission_id)
    return SubmissionOut(**dict(snapshot(view)), source=view.submission.source)


def snapshot(view: follow.SubmissionView) -> SnapshotOut:
    """Return how a submission stands, for its viewer."""
    return SnapshotOut(
        id=view.submission.id,
        course=view.course.slug,
        exercise=view.submission.exercise,
        student=StudentOut(login=view.student.login, name=view.student.name),
        state=view.state,
        submitted=view.submission.submitted,
        attempts=view.attempts,
        place=view.place,
        expected_wait=view.wait.total_seconds() if view.wait is not None else None,
        progress=view.progress,
        report=report_out(view.report),
        fault=view.fault,
    )


def _line(line: follow.SubmissionLine) -> LineOut:
    score = line.score
    return LineOut(
        id=line.submission.id,
        state=line.submission.state,
        submitted=line.submission.submitted,
        points=float(score.points) if score else None,
        max_points=score.max_points if score else None,
    )
