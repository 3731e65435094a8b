"""Whose solutions share long passages, for a course's staff."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.services import similarity
from grader.web.api.submissions import StudentOut
from grader.web.context import current_user, services

blueprint = APIBlueprint("similar", __name__, tag="Submissions")


class WorkOut(BaseModel):
    """A student's submission that was compared."""

    submission: int
    student: StudentOut
    submitted: datetime


class PairOut(BaseModel):
    """Two students' work: *share* is what part of the shorter one is in the other too, from 0 to 1.

    That happens by working together, from the same source, or by chance: talk to both before you conclude anything.
    """

    share: float
    one: WorkOut
    other: WorkOut


class SimilarOut(BaseModel):
    """The pairs that share most, and how many students' work was compared."""

    exercise: str
    compared: int
    pairs: list[PairOut]


@blueprint.get("/courses/<name:course>/exercises/<name:exercise>/similar")
@blueprint.output(SimilarOut)
@blueprint.doc(responses={403: "You are a student of this course"})
def list_similar(course: str, exercise: str) -> SimilarOut:
    """List whose solutions share long passages beyond the starter and what much of the class has, names left out."""
    needs, user = services(), current_user()
    found = similarity.similar(needs.make_uow(), needs.catalogue, user=user, course_slug=course, exercise_slug=exercise)
    pairs = [PairOut(share=each.pair.share, one=_shown(each.one), other=_shown(each.other)) for each in found.pairs]
    return SimilarOut(exercise=found.exercise.slug, compared=found.compared, pairs=pairs)


def _shown(work: similarity.Work) -> WorkOut:
    student = StudentOut(login=work.student.login, name=work.student.name)
    return WorkOut(submission=work.submission.id, student=student, submitted=work.submission.submitted)
