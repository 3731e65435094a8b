"""A URL to an engine: pragmas, time-outs, and how a transaction begins.

SQLite's drivers begin transactions late and as readers; one that then wants to write may find the database
changed or locked in its middle, when nothing can wait any more. So we begin them ourselves: writers take the
lock at once (BEGIN IMMEDIATE) and wait for it there, readers never take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url

if TYPE_CHECKING:
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

LOCK_SECONDS = 5
_CONNECT_SECONDS = 5
_STATEMENT_SECONDS = 30
_IDLE_SECONDS = 60  # inside a transaction: a process that hangs must not hold locks for ever

_READER = "grader_reader"  # the options that mark the engines of readers
_NOTER = "grader_noter"  # and of writers that need not wait for the disk


def make_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Return an engine for a sqlite:/// or postgresql:// URL; only migrations turn *foreign_keys* off (SQLite)."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        return _sqlite(target, foreign_keys=foreign_keys)
    return _postgresql(target)


def reader(engine: Engine) -> Engine:
    """Return *engine* for transactions that only read, each of them from one moment's state."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READER: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def noter(engine: Engine) -> Engine:
    """Return *engine* for changes that a power cut may undo: a commit does not wait for the disk."""
    return engine.execution_options(**{_NOTER: True})


def _postgresql(url: URL) -> Engine:
    settings = {
        "lock_timeout": LOCK_SECONDS * 1000,
        "statement_timeout": _STATEMENT_SECONDS * 1000,
        "idle_in_transaction_session_timeout": _IDLE_SECONDS * 1000,
    }
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_timeout=LOCK_SECONDS,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "grader",
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    )

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get(_NOTER):
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")

    return engine


def _sqlite(url: URL, *, foreign_keys: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS}, pool_timeout=LOCK_SECONDS)

    @event.listens_for(engine, "connect")
    def _connected(connection: SqliteConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            connection.execute("PRAGMA journal_mode = WAL")  # readers and the writer don't wait for each other
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        options = connection.get_execution_options()
        reads = options.get(_READER, False)
        # FULL: a commit is on the disk when it returns. NORMAL is faster, and loses the commits of the last moments
        # before a power cut: never for a submission, whose student was told that it had arrived.
        connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if options.get(_NOTER) else 'FULL'}")
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
