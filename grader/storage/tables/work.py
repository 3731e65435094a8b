"""What students hand in and how it was graded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, true
from sqlalchemy.orm import Mapped, mapped_column

from grader.domain.exercise import Visibility
from grader.domain.report import Outcome
from grader.domain.submission import State
from grader.storage.columns import JsonText
from grader.storage.tables.base import Table


class SubmissionRow(Table):
    """What a student handed in, kept as it came."""

    __tablename__ = "submissions"
    __table_args__ = (Index(None, "enrolment_id", "exercise"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"))
    exercise: Mapped[str]
    source: Mapped[str]
    state: Mapped[State]
    submitted: Mapped[datetime]


class DraftRow(Table):
    """What a student has written so far, the latest over any earlier."""

    __tablename__ = "drafts"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id"), primary_key=True)
    exercise: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    saved: Mapped[datetime]


class RunRow(Table):
    """One grading of a submission: first its place in the queue, later its report's first page."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("claims >= 0", name="claims"),
        CheckConstraint("(state = 'running') = (claim_key IS NOT NULL AND lease_until IS NOT NULL)", name="held"),
        CheckConstraint(
            "state <> 'graded' OR (points IS NOT NULL AND max_points IS NOT NULL AND outcome IS NOT NULL)",
            name="reported",
        ),
        Index(None, "submission_id"),
        Index(None, "state", "queued"),
        Index(None, "state", "lease_until"),
        Index(None, "regrade_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    state: Mapped[State]
    queued: Mapped[datetime]
    claims: Mapped[int] = mapped_column(default=0)
    claim_key: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    progress: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="")  # for the staff
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrades.id"))
    counts: Mapped[bool] = mapped_column(server_default=true())  # False: a regrade's proposal

    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    node: Mapped[str | None]
    device: Mapped[str | None]
    content_hash: Mapped[str | None]
    torch_version: Mapped[str | None]
    seed_id: Mapped[str | None]
    seconds: Mapped[float | None]
    memory_mib: Mapped[float | None]
    points: Mapped[int | None]
    max_points: Mapped[int | None]
    outcome: Mapped[Outcome | None]
    misconception: Mapped[str | None]
    hint: Mapped[str | None]


class CheckResultRow(Table):
    """One scenario of a run's report."""

    __tablename__ = "check_results"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    points: Mapped[int]
    max_points: Mapped[int]
    outcome: Mapped[Outcome]
    message: Mapped[str]
    staff_message: Mapped[str]
    visibility: Mapped[Visibility]
    misconception: Mapped[str | None]
    hint: Mapped[str | None]
    printed: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)
    seconds: Mapped[float]
