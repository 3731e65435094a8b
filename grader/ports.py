"""What the use cases need, as Protocols; adapters fill them, `bootstrap` joins the two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from grader.domain.attempt import Attempt
    from grader.domain.exercise import Exercise, Limits
    from grader.domain.lesson import Lesson
    from grader.domain.observation import Answer, Question
    from grader.domain.people import Course, Enrolment, Role, Scope, Token, User
    from grader.domain.quiz import Quiz
    from grader.domain.report import CheckResult, Report
    from grader.domain.scoring import Grade, ItemKind, Score
    from grader.domain.submission import Draft, Run, Submission


class Clock(Protocol):
    """The time, so that tests can set it."""

    def now(self) -> datetime:
        """Return the current time, with zone UTC."""
        ...


class Session(Protocol):
    """One student's code in the jail, over as many guests as it takes.

    Every method but `close` may raise StudentFault (the student's doing) or Internal (ours).
    """

    @property
    def memory_mib(self) -> float | None:
        """The most that the code held beyond torch, seen from outside; complete once closed, None when nobody saw."""
        ...

    def begin(self) -> None:
        """Start a scenario: a fresh clock, and a fresh guest if the last one died."""
        ...

    def ask(self, *questions: Question) -> Answer:
        """Have the guest do these in order, in one exchange; return the answer to the last.

        Blocks until the answer or the scenario's deadline.
        """
        ...

    def close(self) -> None:
        """End the guest and everything in it. Never raises."""
        ...


class Sandbox(Protocol):
    """Gives sealed, single-use guests."""

    device: str
    torch_version: str

    def open(self, source: str, *, limits: Limits, forbidden: Sequence[str]) -> Session:
        """Take a guest for *source*; the source is sent when the first scenario begins."""
        ...

    def close(self) -> None:
        """End the nursery and every guest."""
        ...


class Examiner(Protocol):
    """Runs an exercise's scenarios on a student's code and judges the answers, outside the jail."""

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = ...,
        on_alive: Callable[[], None] = ...,
    ) -> Report:
        """Grade *source*; *seed_id* repeats an earlier run's secret draws, *on_check* hears each verdict.

        *on_alive* is called in between, whenever the lecturer's own code is to be run.
        """
        ...


class Catalogue(Protocol):
    """The lessons on disk."""

    def lessons(self) -> Sequence[str]:
        """Return the slugs of all lessons."""
        ...

    def lesson(self, slug: str) -> Lesson:
        """Return one lesson; NotFound when there is none, with the names that exist."""
        ...

    def figure(self, lesson: str, name: str) -> bytes:
        """Return an SVG figure of a lesson's page; NotFound when there is none."""
        ...

    def exercises(self, lesson: str) -> Sequence[Exercise]:
        """Return a lesson's exercises in order; NotFound when there is no such lesson."""
        ...

    def exercise(self, lesson: str, slug: str) -> Exercise:
        """Return one exercise; NotFound when there is none, with the names that exist."""
        ...

    def quizzes(self, lesson: str) -> Sequence[Quiz]:
        """Return a lesson's quizzes in order; NotFound when there is no such lesson."""
        ...

    def quiz(self, lesson: str, slug: str) -> Quiz:
        """Return one quiz; NotFound when there is none, with the names that exist."""
        ...


class Bell(Protocol):
    """Wakes a worker. The row is the queue; a lost ring costs time, never a submission."""

    def ring(self, run_id: int) -> bool:
        """Say that run *run_id* waits; return whether that was taken. Never raises: the sweeper rings later."""
        ...


class Passwords(Protocol):
    """Turns passwords into hashes that are slow to search; both take some 50 ms on purpose."""

    def hash(self, password: str) -> str:
        """Return what is kept of *password*."""
        ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """Whether *hashed* is of *password*; False, after the same time, when there is no hash."""
        ...


class Users(Protocol):
    """People who may sign in."""

    def add(self, login: str, name: str) -> User:
        """Keep a new user; Conflict when the login is taken."""
        ...

    def get(self, user_id: int) -> User:
        """Return a user; NotFound when there is none."""
        ...

    def by_login(self, login: str) -> User | None:
        """Return the user who signs in as *login*."""
        ...

    def password(self, user_id: int) -> str | None:
        """Return the hash of a user's password, None while there is none; NotFound when there is no such user."""
        ...

    def set_password(self, user_id: int, hashed: str) -> None:
        """Keep the hash of a user's password over any earlier one; NotFound when there is no such user."""
        ...


class Courses(Protocol):
    """Terms of lessons."""

    def add(self, slug: str, title: str, lesson: str, *, closes: datetime | None) -> Course:
        """Keep a new course; Conflict when the slug is taken."""
        ...

    def get(self, course_id: int) -> Course:
        """Return a course; NotFound when there is none."""
        ...

    def by_slug(self, slug: str) -> Course | None:
        """Return the course called *slug*."""
        ...

    def close(self, course_id: int, when: datetime | None) -> Course:
        """Set when a course closes, None for never; return it. NotFound when there is none."""
        ...

    def of_user(self, user_id: int) -> Sequence[tuple[Course, Enrolment]]:
        """Return the courses that a user is in, by slug."""
        ...


class Enrolments(Protocol):
    """Who is what in which course."""

    def add(self, user_id: int, course_id: int, role: Role) -> Enrolment:
        """Keep a new enrolment; Conflict when the user is in the course already."""
        ...

    def get(self, enrolment_id: int) -> Enrolment:
        """Return an enrolment; NotFound when there is none."""
        ...

    def find(self, user_id: int, course_id: int) -> Enrolment | None:
        """Return what a user is in a course, None for one who is not in it."""
        ...

    def of_course(self, course_id: int) -> Sequence[tuple[Enrolment, User]]:
        """Return everyone in a course, by login."""
        ...

    def hold(self, enrolment_id: int) -> None:
        """Make other writers of this enrolment's grades wait until this unit of work ends."""
        ...


class Tokens(Protocol):
    """API tokens, browsers' sessions and invitations; only a hash of each secret is kept."""

    def add(
        self,
        user_id: int,
        name: str,
        hashed: str,
        *,
        created: datetime,
        expires: datetime | None,
        scope: Scope = ...,
    ) -> Token:
        """Keep a new token, which opens all of the API unless *scope* says otherwise."""
        ...

    def by_hash(self, hashed: str) -> Token | None:
        """Return the token whose secret has this hash, valid or not."""
        ...

    def of_user(self, user_id: int) -> Sequence[Token]:
        """Return a user's tokens, oldest first."""
        ...

    def revoke(self, token_id: int, when: datetime) -> bool:
        """Close a token for good; False when there is none that is open."""
        ...


class Submissions(Protocol):
    """What students handed in."""

    def add(self, enrolment_id: int, exercise: str, source: str, *, submitted: datetime) -> Submission:
        """Keep a new submission, as queued."""
        ...

    def get(self, submission_id: int) -> Submission:
        """Return a submission; NotFound when there is none."""
        ...

    def of_enrolment(
        self, enrolment_id: int, exercise: str | None = None, *, limit: int | None = None
    ) -> Sequence[Submission]:
        """Return a student's submissions, newest first, to one exercise or to all; at most *limit*, None is all."""
        ...

    def count(self, enrolment_id: int, exercise: str) -> int:
        """Return how often a student submitted to an exercise; what became void does not count."""
        ...

    def counts(self, enrolment_id: int) -> Mapping[str, int]:
        """Return `count` for each exercise that a student submitted to."""
        ...


class Drafts(Protocol):
    """What students have written and not handed in, one draft for each enrolment and exercise."""

    def put(self, enrolment_id: int, exercise: str, source: str, *, when: datetime) -> None:
        """Keep a draft over any earlier one."""
        ...

    def find(self, enrolment_id: int, exercise: str) -> Draft | None:
        """Return the draft of one enrolment for one exercise."""
        ...


class Runs(Protocol):
    """Gradings of submissions. A run's submission always moves together with the run.

    Each change after `add` is one conditional update: it says whether it happened, and two callers can't both
    hear yes. *key* is the claim key that the caller got with `claim`.
    """

    def add(self, submission_id: int, *, queued: datetime) -> Run:
        """Keep a new run, as queued."""
        ...

    def get(self, run_id: int) -> Run:
        """Return a run; NotFound when there is none."""
        ...

    def with_submission(self, run_id: int) -> tuple[Run, Submission, Course]:
        """Return a run, what it grades and where that belongs; NotFound when there is none."""
        ...

    def latest(self, submission_id: int) -> Run:
        """Return a submission's newest run; NotFound when there is none."""
        ...

    def ahead(self, run: Run) -> int:
        """Return how many queued runs will be taken before *run*."""
        ...

    def claim(self, run_id: int, key: str, *, node: str, now: datetime, lease_until: datetime) -> bool:
        """Take a queued run; False when it is not queued (any more)."""
        ...

    def save_progress(self, run_id: int, key: str, progress: str, *, lease_until: datetime) -> bool:
        """Say how far a claimed run is, and hold it longer; False when the claim was lost."""
        ...

    def finish(self, run_id: int, key: str, report: Report, *, finished: datetime) -> bool:
        """Store a claimed run's report; False, and nothing stored, when the claim was lost."""
        ...

    def put_back(self, run_id: int, key: str, *, fault: str = "", refund: bool = False) -> bool:
        """Queue a claimed run again, in its old place; with *refund* the claim does not count."""
        ...

    def give_up(self, run_id: int, key: str, *, fault: str, finished: datetime) -> bool:
        """Make a claimed run void; *fault* says why, for the staff."""
        ...

    def expired(self, now: datetime, limit: int) -> Sequence[Run]:
        """Return claimed runs whose lease ran out before *now*, oldest first."""
        ...

    def waiting(self, before: datetime, limit: int) -> Sequence[Run]:
        """Return runs that were queued before *before* and still are, oldest first."""
        ...

    def report(self, run_id: int) -> Report | None:
        """Return a graded run's report in full, staff text included."""
        ...

    def fault(self, run_id: int) -> str:
        """Return why a run failed by our fault, for the staff; empty when it did not."""
        ...

    def failed(self, course_id: int, limit: int) -> Sequence[tuple[Submission, User, Run, str]]:
        """Return a course's submissions whose newest run failed by our fault and is not graded, newest first.

        With each its student, that run, and why it failed.
        """
        ...

    def recent(self, limit: int) -> Sequence[tuple[datetime, datetime]]:
        """Return when the newest graded runs were claimed and finished, newest first."""
        ...

    def scores(self, enrolment_id: int, exercise: str | None = None) -> Sequence[Score]:
        """Return one score for each graded submission of a student: its newest graded run's, oldest first."""
        ...


class Attempts(Protocol):
    """Attempts at quizzes, with their answers."""

    def add(
        self, enrolment_id: int, quiz: str, *, seed: str, started: datetime, deadline: datetime | None = None
    ) -> Attempt:
        """Keep a new attempt, without answers; None is no limit of time."""
        ...

    def get(self, attempt_id: int) -> Attempt:
        """Return an attempt; NotFound when there is none."""
        ...

    def of_enrolment(self, enrolment_id: int, quiz: str | None = None) -> Sequence[Attempt]:
        """Return a student's attempts, oldest first, at one quiz or at all."""
        ...

    def hold(self, attempt_id: int) -> Attempt:
        """Return an attempt and make its other writers wait until this unit of work ends."""
        ...

    def answer(self, attempt_id: int, question: str, value: str | Sequence[str], *, when: datetime) -> None:
        """Save an answer over any earlier one to the same question."""
        ...

    def answers(self, attempt_id: int) -> Mapping[str, str | list[str]]:
        """Return the saved answers by question."""
        ...

    def finish(self, attempt_id: int, score: Score) -> bool:
        """Close an open attempt at the score's time, with its points; False when it was closed already."""
        ...

    def scores(self, enrolment_id: int, quiz: str) -> Sequence[Score]:
        """Return the scores of a student's finished attempts, oldest first."""
        ...

    def overdue(self, before: datetime, limit: int, *, after: int = 0) -> Sequence[Attempt]:
        """Return open attempts whose deadline was before *before*, by id, those after the id *after*."""
        ...


class Grades(Protocol):
    """What counts, one grade for each enrolment and item."""

    def put(self, grade: Grade) -> None:
        """Keep a grade over any earlier one for the same enrolment and item."""
        ...

    def find(self, enrolment_id: int, kind: ItemKind, item: str) -> Grade | None:
        """Return the grade of one enrolment for one item."""
        ...

    def of_enrolment(self, enrolment_id: int) -> Sequence[Grade]:
        """Return all grades of one enrolment, in no particular order."""
        ...

    def of_course(self, course_id: int) -> Sequence[Grade]:
        """Return all grades of a course, in no particular order."""
        ...


class UnitOfWork(Protocol):
    """One transaction at a time, rolled back unless committed; the repositories work inside one only.

        with uow.writing():
            submission = uow.submissions.add(...)
            uow.commit()

    Every use case opens and ends its own, so callers hand over a closed one; it may be used again afterwards,
    by one thread at a time. Both raise DatabaseBusy, from anywhere inside, when the database can't be reached
    or is locked for too long; then nothing was written.
    """

    users: Users
    courses: Courses
    enrolments: Enrolments
    tokens: Tokens
    submissions: Submissions
    drafts: Drafts
    runs: Runs
    attempts: Attempts
    grades: Grades

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
