"""Between rows and domain objects: finding, keeping, turning one into the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import CursorResult, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from grader.domain.attempt import Attempt
from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Course, Enrolment, Token, User
from grader.domain.report import CheckResult
from grader.domain.scoring import Grade
from grader.domain.station import Station
from grader.domain.submission import Draft, Run, Submission
from grader.storage.faults import is_taken
from grader.storage.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Update
    from sqlalchemy.orm import Session

    from grader.storage.tables import (
        AttemptRow,
        CheckResultRow,
        CourseRow,
        DraftRow,
        EnrolmentRow,
        GradeChangeRow,
        GradeRow,
        RunRow,
        SubmissionRow,
        TokenRow,
        UserRow,
        WorkerRow,
    )

_LARGEST_ID = 2**31 - 1  # what the columns hold; a larger number in a request names nothing

AnyRow = TypeVar("AnyRow", bound=Table)


def fetch(session: Session, kind: type[AnyRow], key: int, what: str, **options: Any) -> AnyRow:  # noqa: ANN401
    """Return the row with this id; NotFound, in words that don't tell "never was" from "not yours"."""
    row = session.get(kind, key, **options) if 0 < key <= _LARGEST_ID else None
    if row is None:
        raise NotFound(f"there is no {what} {key}")
    return row


def keep(session: Session, row: Table, *, taken: str) -> None:
    """Insert *row* and give it its id; Conflict with the message *taken* when a unique value is taken."""
    try:
        with session.begin_nested():  # so that the unit of work stays usable after a Conflict
            session.add(row)
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise Conflict(taken) from error


def insert_all(session: Session, kind: type[Table], values: Sequence[dict[str, object]]) -> None:
    """Insert many rows in one go; their ids are for whoever asks later."""
    if values:
        session.execute(insert(kind), values)


def changed(session: Session, statement: Update) -> int:
    """Run a conditional UPDATE and return how many rows it changed."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return result.rowcount if isinstance(result, CursorResult) else 0


def upsert(session: Session, kind: type[Table], *, key: dict[str, object], values: dict[str, object]) -> None:
    """Insert a row, or change the one with this primary key, in one statement: no race to lose."""
    inserted = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = inserted(kind).values(**key, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def insert_missing(session: Session, kind: type[Table], *, key: dict[str, object], values: dict[str, object]) -> None:
    """Insert a row unless one with this primary key is there."""
    inserted = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(inserted(kind).values(**key, **values).on_conflict_do_nothing(index_elements=list(key)))


def to_user(row: UserRow) -> User:
    """Return the user that the row keeps."""
    return User(row.id, row.login, row.name)


def to_course(row: CourseRow) -> Course:
    """Return the course that the row keeps."""
    return Course(row.id, row.slug, row.title, row.lesson, row.closes)


def to_enrolment(row: EnrolmentRow) -> Enrolment:
    """Return the enrolment that the row keeps."""
    return Enrolment(row.id, row.user_id, row.course_id, row.role, row.section, row.ended)


def to_token(row: TokenRow) -> Token:
    """Return the token that the row keeps."""
    return Token(
        row.id,
        row.user_id,
        row.name,
        row.hash,
        row.created,
        row.expires,
        row.revoked,
        row.scope,
        row.course_id,
    )


def to_submission(row: SubmissionRow) -> Submission:
    """Return the submission that the row keeps."""
    return Submission(row.id, row.enrolment_id, row.exercise, row.state, row.submitted, row.source)


def to_draft(row: DraftRow) -> Draft:
    """Return the draft that the row keeps."""
    return Draft(row.source, row.saved)


def to_run(row: RunRow) -> Run:
    """Return the run that the row keeps."""
    return Run(
        id=row.id,
        submission_id=row.submission_id,
        state=row.state,
        queued=row.queued,
        claims=row.claims,
        claim_key=row.claim_key,
        lease_until=row.lease_until,
        progress=row.progress,
        regrade_id=row.regrade_id,
        counts=row.counts,
    )


def to_check(row: CheckResultRow) -> CheckResult:
    """Return the scenario's verdict that the row keeps."""
    return CheckResult(
        name=row.name,
        title=row.title,
        points=row.points,
        max_points=row.max_points,
        outcome=row.outcome,
        message=row.message,
        staff_message=row.staff_message,
        visibility=row.visibility,
        misconception=row.misconception,
        hint=row.hint,
        printed=row.printed,
        detail=row.detail,
        seconds=row.seconds,
    )


def to_attempt(row: AttemptRow) -> Attempt:
    """Return the attempt that the row keeps."""
    return Attempt(row.id, row.enrolment_id, row.quiz, row.seed, row.started, row.finished, row.deadline)


def to_grade(row: GradeRow | GradeChangeRow) -> Grade:
    """Return the grade that the row keeps."""
    return Grade(
        enrolment_id=row.enrolment_id,
        kind=row.kind,
        item=row.item,
        points=row.points,
        max_points=row.max_points,
        attempt_id=row.attempt_id,
        attempts=row.attempts,
        raw=row.raw,
        earned=row.earned,
        override_id=row.override_id,
    )


def to_station(row: WorkerRow) -> Station:
    """Return the worker that the row keeps."""
    return Station(row.name, row.node, row.device, row.started, row.heard, row.run_id, row.since)
