"""Which of a driver's errors mean "busy, try again", and which "taken"."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from grader.domain.errors import DatabaseBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

_SQLITE_BUSY = (
    "SQLITE_BUSY",  # and its kinds: another holds the lock for too long
    "SQLITE_LOCKED",
    "SQLITE_CANTOPEN",
    "SQLITE_IOERR",
    "SQLITE_FULL",
)
_POSTGRES_BUSY = (
    "08",  # connection trouble
    "53",  # no connections, memory or disk left
    "57",  # shutting down, or a time-out
    "25P03",  # idle in transaction for too long
    "40",  # deadlock or serialisation: the other one won
    "55P03",  # lock not available
)


@contextmanager
def busy_is_told() -> Iterator[None]:
    """Turn a driver's "busy" and "no connection" into DatabaseBusy; others pass, they are bugs."""
    try:
        yield
    except PoolTimeoutError as error:
        raise DatabaseBusy("too many requests wait for the database; try again soon") from error
    except DBAPIError as error:
        if not _is_busy(error):
            raise
        why = next(iter(str(error.orig).splitlines()), "no reason given")
        raise DatabaseBusy(f"the database is locked or can't be reached, nothing was written: {why}") from error


def _is_busy(error: DBAPIError) -> bool:
    cause = error.orig
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorname", "").startswith(_SQLITE_BUSY)
    if isinstance(cause, psycopg.OperationalError):  # without a state: the connection failed or broke
        return cause.sqlstate is None or cause.sqlstate.startswith(_POSTGRES_BUSY)
    return error.connection_invalidated


def is_taken(error: IntegrityError) -> bool:
    """Return whether a UNIQUE constraint refused, not some other one."""
    cause = error.orig
    if isinstance(cause, sqlite3.IntegrityError):
        return cause.sqlite_errorname in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return isinstance(cause, psycopg.errors.UniqueViolation)
