"""Stand-ins that keep the promises of `grader.ports` in memory; tests/storage holds FakeUnitOfWork to its contract.

FixedClock, SilentBell   time that stands, rings that are only noted
PlainPasswords           hashes that are quick to make
FakeCatalogue            the exercises and quizzes that a test gives it
FakeExaminer             answers with a report that a test gives it, or fails as told
FakeUnitOfWork           tables in dicts; `factory()` makes units of work that share them
an_exercise, a_report, a_quiz   small examples, changed by keyword
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from grader.domain.audit import Origin
from grader.domain.errors import DatabaseBusy, NotFound
from grader.domain.exercise import Device, Exercise, Limits, Scenario, Visibility
from grader.domain.lesson import Lesson
from grader.domain.questions import NumericQuestion
from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import QuizPolicy
from grader.domain.report import CheckResult, Outcome, Report
from tests.fake_insight import FakeInsight
from tests.fake_lms import FakeEndpoints, FakeLineItems, FakeLogins, FakeOutbox, FakePlatforms, FakeReceived
from tests.fake_load import FakeLoad
from tests.fake_regrades import FakeRegrades
from tests.fake_review import FakeReview
from tests.fake_roster import FakeRosters
from tests.fake_tables import (
    Database,
    FakeAttempts,
    FakeCourses,
    FakeDrafts,
    FakeEnrolments,
    FakeGrades,
    FakeRuns,
    FakeSubmissions,
    FakeTokens,
    FakeUsers,
    Tables,
)
from tests.fake_teaching import (
    FakeAssignments,
    FakeAudit,
    FakeComments,
    FakeHistory,
    FakeOverrides,
    FakeStations,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader import ports

Named = TypeVar("Named", Exercise, Quiz, bytes)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SIX = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><text>6</text></svg>'


class FixedClock:
    """Stands still until told."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **how_far: float) -> None:
        """Go on by a timedelta's keywords."""
        self._now += timedelta(**how_far)


class SilentBell:
    """Notes the rings."""

    def __init__(self) -> None:
        self.rung: list[int] = []
        self.delivered = 0  # rings for dispatchers
        self.behind: list[int] = []  # of those, which were for regrades

    def ring(self, run_id: int, *, behind: bool = False) -> bool:
        self.rung.append(run_id)
        if behind:
            self.behind.append(run_id)
        return True

    def deliver(self) -> None:
        self.delivered += 1


class PlainPasswords:
    """Hashes that hide nothing and take no time."""

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, hashed: str | None, password: str) -> bool:
        return hashed == self.hash(password)


class FakeCatalogue:
    """Holds what it is given; a lesson exists when something is in it."""

    def __init__(self, exercises: Iterable[Exercise] = (), quizzes: Iterable[tuple[str, Quiz]] = ()) -> None:
        self._exercises = list(exercises)
        self._quizzes = list(quizzes)

    def lessons(self) -> list[str]:
        return sorted({e.lesson for e in self._exercises} | {lesson for lesson, _ in self._quizzes})

    def lesson(self, slug: str) -> Lesson:
        self._require(slug)
        return Lesson(slug, slug.title(), 1, 20, "# A page\n\nThat is $2 \\cdot 3 = 6$.\n\n![Six](figures/six.svg)\n")

    def figure(self, lesson: str, name: str) -> bytes:
        self._require(lesson)
        return _named(name, {"six.svg": SIX}, "figure")

    def exercises(self, lesson: str) -> list[Exercise]:
        self._require(lesson)
        return [exercise for exercise in self._exercises if exercise.lesson == lesson]

    def exercise(self, lesson: str, slug: str) -> Exercise:
        return _named(slug, {exercise.slug: exercise for exercise in self.exercises(lesson)}, "exercise")

    def quizzes(self, lesson: str) -> list[Quiz]:
        self._require(lesson)
        return [quiz for of_lesson, quiz in self._quizzes if of_lesson == lesson]

    def quiz(self, lesson: str, slug: str) -> Quiz:
        return _named(slug, {quiz.slug: quiz for quiz in self.quizzes(lesson)}, "quiz")

    def _require(self, lesson: str) -> None:
        if lesson not in self.lessons():
            raise NotFound(f"there is no lesson {lesson!r}; there are: {', '.join(self.lessons())}")


def _named(slug: str, found: dict[str, Named], what: str) -> Named:
    if slug not in found:
        raise NotFound(f"there is no {what} {slug!r}; there are: {', '.join(found)}")
    return found[slug]


class FakeExaminer:
    """Tells each of the report's verdicts, calling *meanwhile* before each; then returns the report or raises."""

    def __init__(
        self,
        report: Report | None = None,
        *,
        error: BaseException | None = None,
        meanwhile: Callable[[], None] = lambda: None,
        with_the_reference: Callable[[Callable[[], None]], None] = lambda _: None,
    ) -> None:
        self._report = report or a_report()
        self._error = error
        self._meanwhile = meanwhile
        self._with_the_reference = with_the_reference
        self.examined: list[tuple[str, str]] = []  # slug, source

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = lambda _: None,
        on_alive: Callable[[], None] = lambda: None,
    ) -> Report:
        self.examined.append((exercise.slug, source))
        self._with_the_reference(on_alive)
        for check in self._report.checks:
            self._meanwhile()
            on_check(check)
        if self._error is not None:
            raise self._error
        return self._report


def an_exercise(slug: str = "pointwise-conv", **changes: Any) -> Exercise:  # noqa: ANN401
    """Return an exercise of lesson "channels" worth 3 + 1 points, the first scenario public."""
    exercise = Exercise(
        lesson="channels",
        slug=slug,
        title=slug.replace("-", " ").capitalize(),
        entry="PointwiseConv2d",
        scenarios=(
            Scenario("definition", "Agrees with the definition", 3, Visibility.PUBLIC),
            Scenario("no_mixing", "Mixes no space", 1),
        ),
        misconceptions=(),
        limits=Limits(),
        device=Device.CPU,
        forbidden=(),
        statement="Write it.",
        starter="class PointwiseConv2d: ...",
        content_hash="c0ffee",
        folder=Path("exercises/channels") / slug,
    )
    return replace(exercise, **changes)


def a_check(name: str = "definition", **changes: Any) -> CheckResult:  # noqa: ANN401
    """Return a passed verdict worth 3 points, with text in every field that may hold some."""
    check = CheckResult(
        name=name,
        title="Agrees with the definition",
        points=3,
        max_points=3,
        outcome=Outcome.PASSED,
        message="As it should be.",
        staff_message="seed 7, drawn 2x256",
        visibility=Visibility.PUBLIC,
        misconception=None,
        hint=None,
        printed="hello",
        detail={"largest_error": 0.5, "shape": [2, 64]},
        seconds=0.25,
    )
    return replace(check, **changes)


def a_report(*checks: CheckResult, **changes: Any) -> Report:  # noqa: ANN401
    """Return a report of 3 out of 4 points unless told otherwise."""
    wrong = a_check(
        "no_mixing",
        points=0,
        max_points=1,
        outcome=Outcome.WRONG,
        visibility=Visibility.HIDDEN,
        message="Not yet.",
        misconception="swaps_axes",
        hint="Height comes first.",
    )
    report = Report(
        lesson="channels",
        exercise="pointwise-conv",
        content_hash="c0ffee",
        checks=checks or (a_check(), wrong),
        seed_id="seed-7",
        device="cpu",
        torch_version="2.13.0",
        node="node-1",
        seconds=0.5,
        memory_mib=41.5,
        misconception="swaps_axes",
        hint="Height comes first.",
    )
    return replace(report, **changes)


def a_quiz(slug: str = "weights", **policy: Any) -> Quiz:  # noqa: ANN401
    """Return a quiz of two questions: 1 point for 6, 2 points for 7; *policy* by keyword."""
    six = NumericQuestion("six", "2 times 3?", answer="2 * 3", explanation="Twice three.")
    seven = NumericQuestion("seven", "3 plus 4?", answer="3 + 4", explanation="One more than six.", points=2)
    return Quiz(slug, "Weights", (six, seven), QuizPolicy(**policy))


class FakeUnitOfWork:
    """Works on a copy of the tables and publishes it on commit; writers take turns, readers never wait."""

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

    def __init__(self, database: Database | None = None) -> None:
        self.origin = Origin()
        self._database = database or Database()
        self._tables: Tables | None = None

    @classmethod
    def factory(cls) -> Callable[[], FakeUnitOfWork]:
        """Return what makes units of work on one new, empty database."""
        database = Database()
        return lambda: cls(database)

    @contextmanager
    def reading(self) -> Iterator[Self]:
        with self._opened():
            yield self

    @contextmanager
    def writing(self) -> Iterator[Self]:
        self._refuse_nesting()
        if not self._database.writing.acquire(timeout=5):
            raise DatabaseBusy("another writer does not end")
        try:
            with self._opened():
                yield self
        finally:
            self._database.writing.release()

    noting = writing  # nothing here outlives a power cut

    def commit(self) -> None:
        if self._tables is None:
            raise RuntimeError("nothing is open that could be committed")
        self._database.committed = self._tables

    @contextmanager
    def _opened(self) -> Iterator[None]:
        self._refuse_nesting()
        self._tables = tables = self._database.committed.copied()
        ids = self._database.ids
        self.users, self.courses = FakeUsers(tables, ids), FakeCourses(tables, ids)
        self.enrolments, self.tokens = FakeEnrolments(tables, ids), FakeTokens(tables, ids)
        self.submissions, self.runs = FakeSubmissions(tables, ids), FakeRuns(tables, ids)
        self.drafts = FakeDrafts(tables, ids)
        self.attempts, self.grades = FakeAttempts(tables, ids), FakeGrades(tables, ids)
        self.assignments, self.overrides = FakeAssignments(tables, ids), FakeOverrides(tables, ids)
        self.history, self.comments = FakeHistory(tables, ids), FakeComments(tables, ids)
        self.audit, self.stations = FakeAudit(tables, ids, lambda: self.origin), FakeStations(tables, ids)
        self.load = FakeLoad(tables, ids)
        self.insight, self.review = FakeInsight(tables, ids), FakeReview(tables, ids)
        self.regrades, self.rosters = FakeRegrades(tables, ids), FakeRosters(tables, ids)
        self.outbox = cast("ports.Outbox", FakeOutbox(tables, ids))
        self.endpoints = cast("ports.Endpoints", FakeEndpoints(tables, ids))
        self.received = cast("ports.Received", FakeReceived(tables, ids))
        self.platforms = cast("ports.Platforms", FakePlatforms(tables, ids))
        self.line_items = cast("ports.LineItems", FakeLineItems(tables, ids))
        self.logins = cast("ports.Logins", FakeLogins(tables, ids))
        try:
            yield
        finally:
            self._tables = None

    def _refuse_nesting(self) -> None:
        if self._tables is not None:
            raise RuntimeError("units of work don't nest: let the open one end first")
