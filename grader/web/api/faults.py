"""What failed by our fault in a course, for its staff."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.submission import State
from grader.services import faults
from grader.web.api.submissions import StudentOut
from grader.web.context import current_user, services

blueprint = APIBlueprint("faults", __name__, tag="Submissions")


class FaultOut(BaseModel):
    """A submission that could not be graded so far: *tries* so far, and *fault*, why the last one failed."""

    id: int
    exercise: str
    student: StudentOut
    state: State
    submitted: datetime
    tries: int
    fault: str


class FaultsOut(BaseModel):
    """Submissions, newest first."""

    faults: list[FaultOut]


@blueprint.get("/courses/<name:course>/faults")
@blueprint.output(FaultsOut)
@blueprint.doc(responses={403: "You are a student of this course"})
def list_faults(course: str) -> FaultsOut:
    """List what failed by our fault, in a course of whose staff you are: void, or to be tried again."""
    found = faults.faults(services().make_uow(), user=current_user(), course_slug=course)
    return FaultsOut(faults=[shown(each) for each in found])


def shown(fault: faults.Fault) -> FaultOut:
    """Return a fault as the API tells it."""
    return FaultOut(
        id=fault.submission.id,
        exercise=fault.submission.exercise,
        student=StudentOut(login=fault.student.login, name=fault.student.name),
        state=fault.run.state,
        submitted=fault.submission.submitted,
        tries=fault.run.claims,
        fault=fault.why,
    )
