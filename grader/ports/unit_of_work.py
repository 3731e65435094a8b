"""One transaction at a time over all records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grader.domain.audit import Origin
    from grader.ports.insight import Insight
    from grader.ports.lti import LineItems, Logins, Platforms
    from grader.ports.outbox import Endpoints, Outbox, Received
    from grader.ports.people import Courses, Enrolments, Tokens, Users
    from grader.ports.regrades import Regrades
    from grader.ports.review import Review
    from grader.ports.roster import Rosters
    from grader.ports.running import Audit, Load, Stations
    from grader.ports.teaching import Assignments, Comments, History, Overrides
    from grader.ports.work import Attempts, Drafts, Grades, Runs, Submissions


class UnitOfWork(Protocol):
    """One transaction at a time, rolled back unless committed; the repositories work inside one only.

        with uow.writing():
            submission = uow.submissions.add(...)
            uow.commit()

    Every use case opens and ends its own, so callers hand over a closed one; it may be used again afterwards,
    by one thread at a time. Both raise DatabaseBusy, from anywhere inside, when the database can't be reached
    or is locked for too long; then nothing was written. *origin* is told to the audit log: who makes the changes.
    """

    origin: Origin

    users: Users
    courses: Courses
    enrolments: Enrolments
    tokens: Tokens
    submissions: Submissions
    drafts: Drafts
    runs: Runs
    attempts: Attempts
    grades: Grades
    assignments: Assignments
    overrides: Overrides
    history: History
    comments: Comments
    audit: Audit
    stations: Stations
    load: Load
    insight: Insight
    review: Review
    rosters: Rosters
    regrades: Regrades
    outbox: Outbox
    endpoints: Endpoints
    received: Received
    platforms: Platforms
    line_items: LineItems
    logins: Logins

    def reading(self) -> AbstractContextManager[Self]:
        """Open for looking only: all that is read is of one moment, and no writer is kept waiting."""
        ...

    def writing(self) -> AbstractContextManager[Self]:
        """Open for changes, which last once `commit` has returned, power cuts included."""
        ...

    def noting(self) -> AbstractContextManager[Self]:
        """Open for changes that a power cut may undo: claims and progress, which can be made again.

        Much quicker to commit. Once a later `writing` has committed, they last as well.
        """
        ...

    def commit(self) -> None:
        """Make all changes since the opening last; nothing may follow it inside the same opening."""
        ...
