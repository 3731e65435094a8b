"""Say something to a student about a submission, take it back; the record keeps both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.audit import Deed
from grader.domain.difference import lines
from grader.domain.errors import Conflict, Invalid, NotFound
from grader.domain.permissions import Action, may
from grader.services.enrol import owner_and_viewer, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.comment import Comment
    from grader.domain.people import User
    from grader.ports import Clock, UnitOfWork

LONGEST = 2_000
"""Characters of a comment."""


def comments(uow: UnitOfWork, *, user: User, submission_id: int) -> Sequence[Comment]:
    """Return a submission's comments: to the staff also those that were taken back; NotFound as for the submission."""
    with uow.reading():
        submission = uow.submissions.get(submission_id)
        _, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        found = uow.comments.of_submission(submission_id)
        return [each for each in found if each.withdrawn is None or may(viewer.role, Action.COMMENT)]


def comment(uow: UnitOfWork, clock: Clock, *, user: User, submission_id: int, line: int | None, text: str) -> Comment:
    """Keep what *user* says about a *line*, counted from 1, or about all of the submission.

    NotFound and Forbidden as the user may see and comment it, Invalid for no text, too long a one, and a line that
    the source does not have.
    """
    text = _parsed(text)
    with uow.writing():
        submission = uow.submissions.get(submission_id)
        owner, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        require(viewer, Action.COMMENT)
        _require_line(submission.source, line)
        made = uow.comments.add(submission_id, line, text, author_id=user.id, made=clock.now())
        uow.audit.add(
            Deed.COMMENTED,
            when=made.made,
            what=f"submission {submission_id}",
            course_id=owner.course_id,
            user_id=owner.user_id,
            detail={"comment": str(made.id), "line": str(line or ""), "text": text},
        )
        uow.commit()
    return made


def withdraw(uow: UnitOfWork, clock: Clock, *, user: User, submission_id: int, comment_id: int) -> Comment:
    """Take a comment back: the student sees it no more, the staff does; Conflict when it was taken back already."""
    with uow.writing():
        submission = uow.submissions.get(submission_id)
        owner, viewer = owner_and_viewer(uow, user, submission.enrolment_id, what=f"submission {submission_id}")
        require(viewer, Action.COMMENT)
        found = uow.comments.get(comment_id)
        if found.submission_id != submission_id:
            raise NotFound(f"there is no comment {comment_id} on submission {submission_id}")
        now = clock.now()
        if not uow.comments.withdraw(comment_id, now):
            raise Conflict("this comment was taken back already")
        uow.audit.add(
            Deed.COMMENT_WITHDRAWN,
            when=now,
            what=f"submission {submission_id}",
            course_id=owner.course_id,
            user_id=owner.user_id,
            detail={"comment": str(comment_id), "by": found.author.login, "text": found.text},
        )
        uow.commit()
    return replace(found, withdrawn=now)


def _parsed(text: str) -> str:
    """Return *text* as it is kept: lines end in one way, nothing blank around it."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid("the comment is empty", field="text")
    if len(text) > LONGEST:
        raise Invalid(f"the comment has {len(text):,} characters; at most {LONGEST:,} are taken", field="text")
    return text


def _require_line(source: str, line: int | None) -> None:
    last = len(lines(source))
    if line is not None and not 1 <= line <= last:
        raise Invalid(f"there is no line {line}: the source has {last}", field="line")
