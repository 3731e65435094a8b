"""The first tables: users to grades.

Safe while the old code still runs: there is no older code.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORD = sa.String(16)
STATES = "state IN ('received', 'queued', 'running', 'graded', 'void')"
OUTCOMES = (
    "outcome IN ('passed', 'wrong', 'crashed', 'timed_out', 'out_of_memory', 'refused', 'unanswered', 'internal')"
)


def upgrade() -> None:
    _people()
    _submissions()
    _quizzes()
    op.create_table(
        "grades",
        sa.Column("enrolment_id", sa.Integer, sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("kind", WORD, sa.CheckConstraint("kind IN ('exercise', 'quiz')", "kind"), nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("points", sa.Text, nullable=False),
        sa.Column("max_points", sa.Integer, nullable=False),
        sa.Column("attempt_id", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("enrolment_id", "kind", "item"),
    )


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("login", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.Text, nullable=False, unique=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("lesson", sa.Text, nullable=False),
        sa.Column("closes", MOMENT),
    )
    roles = sa.CheckConstraint("role IN ('student', 'assistant', 'instructor')", "role")
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("course_id", sa.Integer, sa.ForeignKey("courses.id"), nullable=False),
        sa.Column("role", WORD, roles, nullable=False),
        sa.UniqueConstraint("user_id", "course_id"),
    )
    op.create_index(None, "enrolments", ["course_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT),
        sa.Column("revoked", MOMENT),
    )
    op.create_index(None, "api_tokens", ["user_id"])


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("enrolment_id", sa.Integer, sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", WORD, sa.CheckConstraint(STATES, "state"), nullable=False),
        sa.Column("submitted", MOMENT, nullable=False),
    )
    op.create_index(None, "submissions", ["enrolment_id", "exercise"])
    _runs()
    visibilities = sa.CheckConstraint("visibility IN ('public', 'hidden', 'after_due')", "visibility")
    op.create_table(
        "check_results",
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("max_points", sa.Integer, nullable=False),
        sa.Column("outcome", WORD, sa.CheckConstraint(OUTCOMES, "outcome"), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("staff_message", sa.Text, nullable=False),
        sa.Column("visibility", WORD, visibilities, nullable=False),
        sa.Column("misconception", sa.Text),
        sa.Column("hint", sa.Text),
        sa.Column("printed", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "position"),
    )


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Integer, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("state", WORD, sa.CheckConstraint(STATES, "state"), nullable=False),
        sa.Column("queued", MOMENT, nullable=False),
        sa.Column("claims", sa.Integer, sa.CheckConstraint("claims >= 0", "claims"), nullable=False),
        sa.Column("claim_key", sa.Text),
        sa.Column("lease_until", MOMENT),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("started", MOMENT),
        sa.Column("finished", MOMENT),
        sa.Column("node", sa.Text),
        sa.Column("device", sa.Text),
        sa.Column("content_hash", sa.Text),
        sa.Column("torch_version", sa.Text),
        sa.Column("seed_id", sa.Text),
        sa.Column("seconds", sa.Double),
        sa.Column("points", sa.Integer),
        sa.Column("max_points", sa.Integer),
        sa.Column("outcome", WORD, sa.CheckConstraint(OUTCOMES, "outcome")),
        sa.Column("misconception", sa.Text),
        sa.Column("hint", sa.Text),
        sa.CheckConstraint("(state = 'running') = (claim_key IS NOT NULL AND lease_until IS NOT NULL)", "held"),
        sa.CheckConstraint(
            "state <> 'graded' OR (points IS NOT NULL AND max_points IS NOT NULL AND outcome IS NOT NULL)",
            "reported",
        ),
    )
    op.create_index(None, "runs", ["submission_id"])
    op.create_index(None, "runs", ["state", "queued"])
    op.create_index(None, "runs", ["state", "lease_until"])


def _quizzes() -> None:
    op.create_table(
        "quiz_attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("enrolment_id", sa.Integer, sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("quiz", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("finished", MOMENT),
        sa.Column("points", sa.Text),
        sa.Column("max_points", sa.Integer),
        sa.CheckConstraint(
            "(finished IS NULL) = (points IS NULL) AND (finished IS NULL) = (max_points IS NULL)", "finished"
        ),
    )
    op.create_index(None, "quiz_attempts", ["enrolment_id", "quiz"])
    op.create_table(
        "quiz_answers",
        sa.Column("attempt_id", sa.Integer, sa.ForeignKey("quiz_attempts.id"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("saved", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "question"),
    )


def downgrade() -> None:
    children_first = (
        "grades",
        "quiz_answers",
        "quiz_attempts",
        "check_results",
        "runs",
        "submissions",
        "api_tokens",
        "enrolments",
        "courses",
        "users",
    )
    for table in children_first:
        op.drop_table(table)
