"""Opens a session, joins the repositories, rolls back unless committed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sqlalchemy.orm import Session

from grader.domain.audit import Origin
from grader.storage.endpoints import SqlEndpoints, SqlReceived
from grader.storage.engine import noter, reader
from grader.storage.faults import busy_is_told
from grader.storage.insight import SqlInsight
from grader.storage.line_items import SqlLineItems
from grader.storage.load import SqlLoad
from grader.storage.logins import SqlLogins
from grader.storage.marks import SqlAttempts, SqlGrades
from grader.storage.outbox import SqlOutbox
from grader.storage.people import SqlCourses, SqlEnrolments, SqlTokens, SqlUsers
from grader.storage.platforms import SqlPlatforms
from grader.storage.regrades import SqlRegrades
from grader.storage.review import SqlReview
from grader.storage.roster import SqlRosters
from grader.storage.running import SqlAudit, SqlStations
from grader.storage.runs import SqlDrafts, SqlRuns, SqlSubmissions
from grader.storage.teaching import SqlAssignments, SqlComments, SqlHistory, SqlOverrides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from grader import ports


class SqlUnitOfWork:
    """Fills `ports.UnitOfWork`."""

    users: ports.Users
    courses: ports.Courses
    enrolments: ports.Enrolments
    tokens: ports.Tokens
    submissions: ports.Submissions
    drafts: ports.Drafts
    runs: ports.Runs
    attempts: ports.Attempts
    grades: ports.Grades
    assignments: ports.Assignments
    overrides: ports.Overrides
    history: ports.History
    comments: ports.Comments
    audit: ports.Audit
    stations: ports.Stations
    load: ports.Load
    insight: ports.Insight
    review: ports.Review
    rosters: ports.Rosters
    regrades: ports.Regrades
    outbox: ports.Outbox
    endpoints: ports.Endpoints
    received: ports.Received
    platforms: ports.Platforms
    line_items: ports.LineItems
    logins: ports.Logins

    def __init__(self, engine: Engine, *, on_outbox: Callable[[], None] = lambda: None) -> None:
        self._on_outbox = on_outbox
        self.origin = Origin()
        self._writer = engine
        self._reader = reader(engine)
        self._noter = noter(engine)
        self._session: Session | None = None

    @contextmanager
    def reading(self) -> Iterator[Self]:
        """Open for looking only."""
        with self._opened(self._reader):
            yield self

    @contextmanager
    def writing(self) -> Iterator[Self]:
        """Open for changes."""
        with self._opened(self._writer):
            yield self

    @contextmanager
    def noting(self) -> Iterator[Self]:
        """Open for changes that a power cut may undo."""
        with self._opened(self._noter):
            yield self

    def commit(self) -> None:
        """Make all changes since the opening last."""
        if self._session is None:
            raise RuntimeError("nothing is open that could be committed")
        self._session.commit()
        if self._outbox.added:
            self._on_outbox()

    @contextmanager
    def _opened(self, engine: Engine) -> Iterator[None]:
        if self._session is not None:
            raise RuntimeError("units of work don't nest: let the open one end first")
        # without autobegin, and closed for good at the end: a late use is an error, not a transaction of its own
        session = Session(engine, autobegin=False, expire_on_commit=False, close_resets_only=False)
        self._session = session
        self._join(session)
        try:
            with busy_is_told(), session:  # leaving the session rolls back
                session.begin()
                yield
        finally:
            self._session = None

    def _join(self, session: Session) -> None:
        self.users = SqlUsers(session)
        self.courses = SqlCourses(session)
        self.enrolments = SqlEnrolments(session)
        self.tokens = SqlTokens(session)
        self.submissions = SqlSubmissions(session)
        self.drafts = SqlDrafts(session)
        self.runs = SqlRuns(session)
        self.attempts = SqlAttempts(session)
        self.grades = SqlGrades(session)
        self.assignments = SqlAssignments(session)
        self.overrides = SqlOverrides(session)
        self.history = SqlHistory(session)
        self.comments = SqlComments(session)
        self.audit = SqlAudit(session, lambda: self.origin)
        self.stations = SqlStations(session)
        self.load = SqlLoad(session)
        self.review = SqlReview(session)
        self.rosters = SqlRosters(session)
        self.regrades = SqlRegrades(session)
        self.insight = SqlInsight(session)
        self.outbox = self._outbox = SqlOutbox(session)
        self.endpoints = SqlEndpoints(session)
        self.received = SqlReceived(session)
        self.platforms = SqlPlatforms(session)
        self.line_items = SqlLineItems(session)
        self.logins = SqlLogins(session)


def unit_of_work_factory(
    engine: Engine, *, on_outbox: Callable[[], None] = lambda: None
) -> Callable[[], SqlUnitOfWork]:
    """Return what makes units of work on *engine*, one for each thread or request.

    *on_outbox* is called after each commit that put something into the outbox.
    """
    return lambda: SqlUnitOfWork(engine, on_outbox=on_outbox)
