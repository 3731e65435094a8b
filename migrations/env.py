"""What Alembic runs for each command: inside a transaction that `grader.storage.migrate` opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy import text

from grader.storage.tables import Table

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MIGRATION_LOCK = 0x67726472  # "grdr": two processes that migrate at once take turns


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        # A table in use is waited for this long, no longer: everyone else queues behind us meanwhile.
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        transactional_ddl=True,  # SQLite too: our engine begins its transactions itself
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
