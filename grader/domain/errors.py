"""Errors that a caller can act on; each branch says whose fault it is and who must act.

GraderError
├── Mistake                the caller's: change the request
│   ├── Invalid            a value is wrong; says which and what would be right
│   ├── TooLarge           over a size limit
│   ├── NotFound           no such thing, or none that this caller may see
│   ├── NotSignedIn        no token, or one that is unknown, expired or revoked
│   ├── Forbidden          the caller's role does not allow it
│   ├── Conflict           the thing is not in a state that allows it (closed course, ended attempt)
│   └── LimitReached       too many; says when to try again
├── Unavailable            the operator's: something that the service needs is missing or down
│   ├── BadSettings        settings are missing or wrong; one message names them all
│   ├── NoJail             this machine can't isolate a student's code
│   └── DatabaseBusy       the database did not answer in time; nothing was written
├── BadExercise            the lecturer's: names file, key and remedy
└── Internal               ours: never charged to a student

StudentFault               not an error of the service: carries a scenario's outcome up to the examiner,
                           which turns it into a result. It never leaves `grade`.
Stopped                    no error at all: this process was told to end. Any other SystemExit is a fault of
                           some file's, a lecturer's say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.domain.report import Outcome


class GraderError(Exception):
    """Base of everything that this service raises on purpose."""


class Mistake(GraderError):
    """The caller's: the request must change."""


class Invalid(Mistake):
    """A value is wrong; *field* names it, *line* says where in a text, from 1."""

    def __init__(self, message: str, *, field: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.line = line


class TooLarge(Mistake):
    """Over a size limit."""


class NotFound(Mistake):
    """No such thing, or none that this caller may see."""


class NotSignedIn(Mistake):
    """No token, or one that is unknown, expired or revoked."""


class Forbidden(Mistake):
    """The caller's role does not allow it."""


class Conflict(Mistake):
    """The thing is not in a state that allows it."""


class LimitReached(Mistake):
    """Too many; *retry_after* is in seconds, None when waiting does not help."""

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(GraderError):
    """Something that the service needs is missing or down."""


class BadSettings(Unavailable):
    """Settings are missing or wrong; the message names every one of them and what to set."""


class NoJail(Unavailable):
    """This machine can't isolate a student's code; the message names the missing feature and the remedy."""


class DatabaseBusy(Unavailable):
    """The database did not answer in time; nothing was written."""


class BadExercise(GraderError):
    """A lecturer's file is wrong; the message names file, key and remedy."""


class Internal(GraderError):
    """Ours: never charged to a student."""


class Stopped(SystemExit):
    """This process was told to end."""


class StudentFault(Exception):
    """A scenario ended early by the student's doing; becomes a CheckResult.

    *message* may hold words of the student's code, and with them what it saw; *brief* holds none, for hidden
    scenarios.
    """

    def __init__(
        self, outcome: Outcome, message: str, *, brief: str | None = None, staff_message: str = "", printed: str = ""
    ) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message
        self.brief = message if brief is None else brief
        self.staff_message = staff_message
        self.printed = printed
