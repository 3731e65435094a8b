"""What the staff says about a submission, and having one graded again."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from grader.domain import comment as domain
from grader.domain.submission import State
from grader.services import comment
from grader.services.rerun import rerun
from grader.web.api.submissions import StudentOut
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services

blueprint = APIBlueprint("comments", __name__, tag="Submissions")


class CommentIn(Body):
    """A comment; without a *line* it is about all of the submission."""

    text: str = Field(description="a text")
    line: int | None = Field(default=None, description="a line's number, counted from 1, or null")


class CommentOut(BaseModel):
    """A comment; *line* is null when it is about all, *withdrawn* until it is taken back, which only the staff sees."""

    id: int
    line: int | None
    text: str
    author: StudentOut
    made: datetime
    withdrawn: datetime | None


class CommentsOut(BaseModel):
    """Comments, those about all first, then in the order of lines."""

    comments: list[CommentOut]


class RerunOut(BaseModel):
    """A run that waits."""

    run: int
    state: State
    queued: datetime


@blueprint.get("/submissions/<int:submission_id>/comments")
@blueprint.output(CommentsOut)
def list_comments(submission_id: int) -> CommentsOut:
    """List what the staff said about a submission: your own, or any of a course of whose staff you are."""
    found = comment.comments(services().make_uow(), user=current_user(), submission_id=submission_id)
    return CommentsOut(comments=[_shown(each) for each in found])


@blueprint.post("/submissions/<int:submission_id>/comments")
@blueprint.output(CommentOut, status_code=201, description="Said; the student sees it")
@blueprint.doc(
    responses={
        400: "Malformed JSON",
        403: "You are a student of this course",
        415: "Not JSON",
        422: "No text, a text that is too long, or a line that the source does not have",
    },
    extensions={"requestBody": described(CommentIn)},
)
def say(submission_id: int) -> tuple[CommentOut, int]:
    """Say something to the student, about a line or about all of the submission."""
    said = read_json(CommentIn)
    made = comment.comment(
        services().make_uow(),
        services().clock,
        user=current_user(),
        submission_id=submission_id,
        line=said.line,
        text=said.text,
    )
    return _shown(made), 201


@blueprint.post("/submissions/<int:submission_id>/comments/<int:comment_id>/withdraw")
@blueprint.output(CommentOut)
@blueprint.doc(responses={403: "You are a student of this course", 409: "It was taken back already"})
def withdraw(submission_id: int, comment_id: int) -> CommentOut:
    """Take a comment back; the student sees it no more, the staff does."""
    user, needs = current_user(), services()
    return _shown(
        comment.withdraw(needs.make_uow(), needs.clock, user=user, submission_id=submission_id, comment_id=comment_id)
    )


@blueprint.post("/submissions/<int:submission_id>/rerun")
@blueprint.output(RerunOut, status_code=202, description="It waits to be graded")
@blueprint.doc(responses={403: "You are a student of this course", 409: "It did not fail by our fault"})
def run_again(submission_id: int) -> tuple[RerunOut, int]:
    """Have a submission that failed by our fault graded again."""
    needs = services()
    run = rerun(needs.make_uow(), needs.clock, needs.bell, user=current_user(), submission_id=submission_id)
    return RerunOut(run=run.id, state=run.state, queued=run.queued), 202


def _shown(each: domain.Comment) -> CommentOut:
    return CommentOut(
        id=each.id,
        line=each.line,
        text=each.text,
        author=StudentOut(login=each.author.login, name=each.author.name),
        made=each.made,
        withdrawn=each.withdrawn,
    )
