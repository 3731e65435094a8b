"""What pages need: passwords, what a token opens, drafts, the memory that a run took.

Safe while the old code still runs: it names the columns that it reads and writes, all new ones have a default or may
be missing, and what the old code adds opens the API, as before. Old code would take a session's secret for an API
token's, so deploy it away before people sign in. SQLite copies the table of tokens: some thousand rows.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCOPES = "scope IN ('everything', 'read', 'session', 'invitation')"


def upgrade() -> None:
    op.add_column("users", sa.Column("password", sa.Text))
    op.add_column("runs", sa.Column("memory_mib", sa.Double))
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.add_column(sa.Column("scope", sa.String(16), nullable=False, server_default="everything"))
        tokens.create_check_constraint("scope", SCOPES)
    op.create_table(
        "drafts",
        sa.Column("enrolment_id", sa.Integer, sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("exercise", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("enrolment_id", "exercise"),
    )


def downgrade() -> None:
    op.drop_table("drafts")
    op.execute("DELETE FROM api_tokens WHERE scope IN ('session', 'invitation')")  # they would open the API
    with op.batch_alter_table("api_tokens") as tokens:
        tokens.drop_constraint("scope", type_="check")
        tokens.drop_column("scope")
    op.drop_column("runs", "memory_mib")
    op.drop_column("users", "password")
