"""When the time of a quiz attempt is up.

Safe while the old code still runs: it names the columns that it reads and writes, and a deadline may be missing. An
attempt that the old code starts has none; one with a deadline is not held to it by the old code. The index keeps
writers of attempts waiting while it is built, over some thousand rows: milliseconds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OPEN = sa.text("finished IS NULL")


def upgrade() -> None:
    op.add_column("quiz_attempts", sa.Column("deadline", sa.DateTime(timezone=True)))
    op.create_index(None, "quiz_attempts", ["deadline"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_quiz_attempts_deadline", "quiz_attempts")
    op.drop_column("quiz_attempts", "deadline")
