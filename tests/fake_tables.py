"""Repositories over plain dicts, for `tests.fakes.FakeUnitOfWork`; what they promise stands in `grader.ports`."""

from __future__ import annotations

import threading
from collections import Counter
from copy import copy
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from grader.domain.attempt import Attempt
from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Course, Enrolment, Role, Scope, Token, User
from grader.domain.scoring import Grade, ItemKind, Score
from grader.domain.submission import Draft, HandedIn, Run, State, Submission, move

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from grader.domain.assignment import Assignment, Extension
    from grader.domain.audit import Entry
    from grader.domain.comment import Comment
    from grader.domain.lms.event import Event
    from grader.domain.regrade import Regrade
    from grader.domain.report import Report
    from grader.domain.scoring import GradeChange, Override
    from grader.domain.station import Station

Kept = TypeVar("Kept")


@dataclass
class Tables:
    """Everything that is kept; all values are frozen, so that copying the dicts is copying the database."""

    users: dict[int, User] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    enrolments: dict[int, Enrolment] = field(default_factory=dict)
    tokens: dict[int, Token] = field(default_factory=dict)
    passwords: dict[int, str] = field(default_factory=dict)
    submissions: dict[int, Submission] = field(default_factory=dict)
    drafts: dict[tuple[int, str], Draft] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    reports: dict[int, Report] = field(default_factory=dict)
    faults: dict[int, str] = field(default_factory=dict)
    times: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    attempts: dict[int, Attempt] = field(default_factory=dict)
    attempt_scores: dict[int, Score] = field(default_factory=dict)
    answers: dict[tuple[int, str], str | list[str]] = field(default_factory=dict)
    grades: dict[tuple[int, ItemKind, str], Grade] = field(default_factory=dict)
    assignments: dict[tuple[int, ItemKind, str], Assignment] = field(default_factory=dict)
    extensions: dict[tuple[int, ItemKind, str], Extension] = field(default_factory=dict)
    overrides: dict[int, Override] = field(default_factory=dict)
    changes: dict[int, GradeChange] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    audit: dict[int, Entry] = field(default_factory=dict)
    stations: dict[str, Station] = field(default_factory=dict)
    regrades: dict[int, Regrade] = field(default_factory=dict)
    events: dict[int, Event] = field(default_factory=dict)
    sequences: dict[tuple[int | None, ItemKind, str], int] = field(default_factory=dict)
    scores_asked: dict[int, tuple[int, int, ItemKind, str, datetime]] = field(default_factory=dict)

    def copied(self) -> Tables:
        return Tables(**{table.name: copy(getattr(self, table.name)) for table in fields(self)})


class Database:
    """What units of work share: the tables as last committed, one writer at a time, ids that are never reused."""

    def __init__(self) -> None:
        self.committed = Tables()
        self.writing = threading.Lock()
        self.ids = count(1)


def one(table: dict[int, Kept], key: int, what: str) -> Kept:
    if key not in table:
        raise NotFound(f"there is no {what} {key}")
    return table[key]


@dataclass
class Repository:
    tables: Tables
    ids: Iterator[int]


class FakeUsers(Repository):
    def add(self, login: str, name: str) -> User:
        if self.by_login(login):
            raise Conflict(f"the login {login!r} is taken")
        user = User(next(self.ids), login, name)
        self.tables.users[user.id] = user
        return user

    def get(self, user_id: int) -> User:
        return one(self.tables.users, user_id, "user")

    def by_login(self, login: str) -> User | None:
        return next((user for user in self.tables.users.values() if user.login == login), None)

    def password(self, user_id: int) -> str | None:
        return self.tables.passwords.get(self.get(user_id).id)

    def set_password(self, user_id: int, hashed: str) -> None:
        self.tables.passwords[self.get(user_id).id] = hashed


class FakeCourses(Repository):
    def add(self, slug: str, title: str, lesson: str, *, closes: datetime | None) -> Course:
        if self.by_slug(slug):
            raise Conflict(f"the course {slug!r} exists already")
        course = Course(next(self.ids), slug, title, lesson, closes)
        self.tables.courses[course.id] = course
        return course

    def get(self, course_id: int) -> Course:
        return one(self.tables.courses, course_id, "course")

    def by_slug(self, slug: str) -> Course | None:
        return next((course for course in self.tables.courses.values() if course.slug == slug), None)

    def change(self, course: Course) -> None:
        old = self.get(course.id)
        self.tables.courses[old.id] = replace(old, title=course.title, closes=course.closes)

    def close(self, course_id: int, when: datetime | None) -> Course:
        course = replace(self.get(course_id), closes=when)
        self.tables.courses[course_id] = course
        return course

    def of_user(self, user_id: int) -> list[tuple[Course, Enrolment]]:
        mine = [e for e in self.tables.enrolments.values() if e.user_id == user_id and e.is_active]
        return sorted(((self.get(e.course_id), e) for e in mine), key=lambda pair: pair[0].slug)


class FakeEnrolments(Repository):
    def add(self, user_id: int, course_id: int, role: Role) -> Enrolment:
        if self.find(user_id, course_id):
            raise Conflict("this user is in the course already")
        enrolment = Enrolment(next(self.ids), user_id, course_id, role)
        self.tables.enrolments[enrolment.id] = enrolment
        return enrolment

    def get(self, enrolment_id: int) -> Enrolment:
        return one(self.tables.enrolments, enrolment_id, "enrolment")

    def find(self, user_id: int, course_id: int) -> Enrolment | None:
        wanted = (user_id, course_id)
        return next((e for e in self.tables.enrolments.values() if (e.user_id, e.course_id) == wanted), None)

    def change(self, enrolment: Enrolment) -> None:
        old = self.get(enrolment.id)
        self.tables.enrolments[old.id] = replace(enrolment, user_id=old.user_id, course_id=old.course_id)

    def of_course(self, course_id: int) -> list[tuple[Enrolment, User]]:
        inside = [e for e in self.tables.enrolments.values() if e.course_id == course_id]
        return sorted(((e, self.tables.users[e.user_id]) for e in inside), key=lambda pair: pair[1].login)

    def hold(self, enrolment_id: int) -> None:
        """Writers are alone here anyway."""

    def hold_all(self, course_id: int) -> None:
        """The same."""


class FakeTokens(Repository):
    def add(
        self,
        user_id: int,
        name: str,
        hashed: str,
        *,
        created: datetime,
        expires: datetime | None,
        scope: Scope = Scope.EVERYTHING,
        course_id: int | None = None,
    ) -> Token:
        if self.by_hash(hashed):
            raise Conflict("this token exists already")
        token = Token(next(self.ids), user_id, name, hashed, created, expires, scope=scope, course_id=course_id)
        self.tables.tokens[token.id] = token
        return token

    def by_hash(self, hashed: str) -> Token | None:
        return next((token for token in self.tables.tokens.values() if token.hash == hashed), None)

    def of_user(self, user_id: int) -> list[Token]:
        return [token for token in self.tables.tokens.values() if token.user_id == user_id]

    def revoke(self, token_id: int, when: datetime) -> bool:
        token = self.tables.tokens.get(token_id)
        if token is None or token.revoked:
            return False
        self.tables.tokens[token_id] = replace(token, revoked=when)
        return True


class FakeSubmissions(Repository):
    def add(self, enrolment_id: int, exercise: str, source: str, *, submitted: datetime) -> Submission:
        submission = Submission(next(self.ids), enrolment_id, exercise, State.QUEUED, submitted, source)
        self.tables.submissions[submission.id] = submission
        return submission

    def get(self, submission_id: int) -> Submission:
        return one(self.tables.submissions, submission_id, "submission")

    def of_enrolment(
        self, enrolment_id: int, exercise: str | None = None, *, limit: int | None = None
    ) -> list[HandedIn]:
        mine = [HandedIn(s.id, s.enrolment_id, s.exercise, s.state, s.submitted) for s in self._of(enrolment_id)]
        return [submission for submission in mine if exercise in (None, submission.exercise)][:limit]

    def latest(self, enrolment_id: int, exercise: str) -> Submission | None:
        return next((each for each in self._of(enrolment_id) if each.exercise == exercise), None)

    def _of(self, enrolment_id: int) -> list[Submission]:
        return [s for s in reversed(self.tables.submissions.values()) if s.enrolment_id == enrolment_id]

    def count(self, enrolment_id: int, exercise: str) -> int:
        return sum(each.state is not State.VOID for each in self.of_enrolment(enrolment_id, exercise))

    def counts(self, enrolment_id: int) -> dict[str, int]:
        return dict(Counter(each.exercise for each in self.of_enrolment(enrolment_id) if each.state is not State.VOID))


class FakeDrafts(Repository):
    def put(self, enrolment_id: int, exercise: str, source: str, *, when: datetime) -> None:
        self.tables.drafts[enrolment_id, exercise] = Draft(source, when)

    def find(self, enrolment_id: int, exercise: str) -> Draft | None:
        return self.tables.drafts.get((enrolment_id, exercise))


class FakeRuns(Repository):
    def add(self, submission_id: int, *, queued: datetime, regrade_id: int | None = None) -> Run:
        run = Run(next(self.ids), submission_id, State.QUEUED, queued, regrade_id=regrade_id, counts=regrade_id is None)
        self.tables.runs[run.id] = run
        return run

    def get(self, run_id: int) -> Run:
        return one(self.tables.runs, run_id, "run")

    def with_submission(self, run_id: int) -> tuple[Run, Submission, Course]:
        run = self.get(run_id)
        submission = self.tables.submissions[run.submission_id]
        enrolment = self.tables.enrolments[submission.enrolment_id]
        return run, submission, self.tables.courses[enrolment.course_id]

    def latest(self, submission_id: int) -> Run:
        runs = [run for run in self.tables.runs.values() if run.submission_id == submission_id and run.counts]
        if not runs:
            raise NotFound(f"there is no run of submission {submission_id}")
        return runs[-1]

    def ahead(self, run: Run) -> int:
        return len([other for other in self._queued() if _turn(other) < _turn(run)])

    def claim(self, run_id: int, key: str, *, node: str, now: datetime, lease_until: datetime) -> bool:
        run = self.tables.runs.get(run_id)
        if run is None or run.state is not State.QUEUED:
            return False
        self._move(run, State.RUNNING, claims=run.claims + 1, claim_key=key, lease_until=lease_until)
        self.tables.times[run_id] = now, now
        return True

    def save_progress(self, run_id: int, key: str, progress: str, *, lease_until: datetime) -> bool:
        run = self._held(run_id, key)
        if run:
            self.tables.runs[run_id] = replace(run, progress=progress, lease_until=lease_until)
        return run is not None

    def finish(self, run_id: int, key: str, report: Report, *, finished: datetime) -> bool:
        run = self._held(run_id, key)
        if run:
            self._release(run, State.GRADED)
            self.tables.reports[run_id] = report
            self.tables.times[run_id] = self.tables.times[run_id][0], finished
            self.tables.faults[run_id] = ""
        return run is not None

    def put_back(self, run_id: int, key: str, *, fault: str = "", refund: bool = False) -> bool:
        run = self._held(run_id, key)
        if run and refund:
            self._release(run, State.QUEUED, claims=run.claims - 1)
        elif run:
            self._release(run, State.QUEUED)
            self.tables.faults[run_id] = fault
        return run is not None

    def give_up(self, run_id: int, key: str, *, fault: str, finished: datetime) -> bool:
        run = self._held(run_id, key)
        if run:
            self._release(run, State.VOID)
            self.tables.times[run_id] = self.tables.times[run_id][0], finished
            self.tables.faults[run_id] = fault
        return run is not None

    def expired(self, now: datetime, limit: int) -> list[Run]:
        doubted = [
            (run.lease_until, run.id, run)
            for run in self.tables.runs.values()
            if run.state is State.RUNNING and run.lease_until and run.lease_until < now
        ]
        return [run for _, _, run in sorted(doubted)[:limit]]

    def waiting(self, before: datetime, limit: int) -> list[Run]:
        waits = [run for run in self._queued() if run.queued < before]
        return sorted(waits, key=_turn)[:limit]

    def report(self, run_id: int) -> Report | None:
        return self.tables.reports.get(run_id)

    def fault(self, run_id: int) -> str:
        return self.tables.faults.get(run_id, "")

    def failed(self, course_id: int, limit: int) -> list[tuple[Submission, User, Run, str]]:
        found = []
        for submission in reversed(self.tables.submissions.values()):
            enrolment = self.tables.enrolments[submission.enrolment_id]
            runs = [run for run in self.tables.runs.values() if run.submission_id == submission.id and run.counts]
            if enrolment.course_id == course_id and runs and (fault := self.fault(runs[-1].id)):
                found.append((submission, self.tables.users[enrolment.user_id], runs[-1], fault))
        return found[:limit]

    def recent(self, limit: int) -> list[tuple[datetime, datetime]]:
        return [self.tables.times[run_id] for run_id in sorted(self.tables.reports, reverse=True)[:limit]]

    def scores(self, enrolment_id: int, exercise: str | None = None) -> list[Score]:
        scores: dict[int, Score] = {}
        for run_id in sorted(self.tables.reports):
            if not self.tables.runs[run_id].counts:
                continue
            submission = self.tables.submissions[self.tables.runs[run_id].submission_id]
            report = self.tables.reports[run_id]
            if submission.enrolment_id == enrolment_id and exercise in (None, submission.exercise):
                scores[submission.id] = Score(
                    submission.id, submission.submitted, Fraction(report.points), report.max_points
                )
        return sorted(scores.values(), key=lambda score: (score.submitted, score.attempt_id))

    def _queued(self) -> list[Run]:
        return [run for run in self.tables.runs.values() if run.state is State.QUEUED]

    def _held(self, run_id: int, key: str) -> Run | None:
        run = self.tables.runs.get(run_id)
        return run if run and run.state is State.RUNNING and run.claim_key == key else None

    def _release(self, run: Run, state: State, **changes: Any) -> None:  # noqa: ANN401
        self._move(run, state, claim_key=None, lease_until=None, progress="", **changes)

    def _move(self, run: Run, state: State, **changes: Any) -> None:  # noqa: ANN401
        self.tables.runs[run.id] = replace(run, state=move(run.state, state), **changes)
        submission = self.tables.submissions[run.submission_id]
        if run.counts and not submission.state.is_final:
            self.tables.submissions[submission.id] = replace(submission, state=state)


def _turn(run: Run) -> tuple[bool, datetime, int]:
    return run.regrade_id is not None, run.queued, run.id


class FakeAttempts(Repository):
    def add(
        self, enrolment_id: int, quiz: str, *, seed: str, started: datetime, deadline: datetime | None = None
    ) -> Attempt:
        attempt = Attempt(next(self.ids), enrolment_id, quiz, seed, started, deadline=deadline)
        self.tables.attempts[attempt.id] = attempt
        return attempt

    def get(self, attempt_id: int) -> Attempt:
        return one(self.tables.attempts, attempt_id, "attempt")

    def of_enrolment(self, enrolment_id: int, quiz: str | None = None) -> list[Attempt]:
        mine = [a for a in self.tables.attempts.values() if a.enrolment_id == enrolment_id]
        return [attempt for attempt in mine if quiz in (None, attempt.quiz)]

    def hold(self, attempt_id: int) -> Attempt:
        return self.get(attempt_id)

    def answer(self, attempt_id: int, question: str, value: str | Sequence[str], *, when: datetime) -> None:
        self.tables.answers[attempt_id, question] = value if isinstance(value, str) else list(value)

    def answers(self, attempt_id: int) -> dict[str, str | list[str]]:
        return {question: value for (of, question), value in self.tables.answers.items() if of == attempt_id}

    def finish(self, attempt_id: int, score: Score) -> bool:
        attempt = self.tables.attempts.get(attempt_id)
        if attempt is None or attempt.finished:
            return False
        self.tables.attempts[attempt_id] = replace(attempt, finished=score.submitted)
        self.tables.attempt_scores[attempt_id] = replace(score, attempt_id=attempt_id)
        return True

    def scores(self, enrolment_id: int, quiz: str | None = None) -> list[Score]:
        found = self.tables.attempt_scores
        scores = [found[a.id] for a in self.of_enrolment(enrolment_id, quiz) if a.id in found]
        return sorted(scores, key=lambda score: (score.submitted, score.attempt_id))

    def overdue(self, before: datetime, limit: int, *, after: int = 0) -> list[Attempt]:
        found = [a for a in self.tables.attempts.values() if not a.finished and a.deadline and a.deadline < before]
        return sorted((a for a in found if a.id > after), key=lambda a: a.id)[:limit]


class FakeGrades(Repository):
    def put(self, grade: Grade) -> None:
        self.tables.grades[grade.enrolment_id, grade.kind, grade.item] = grade

    def drop(self, enrolment_id: int, kind: ItemKind, item: str) -> None:
        self.tables.grades.pop((enrolment_id, kind, item), None)

    def find(self, enrolment_id: int, kind: ItemKind, item: str) -> Grade | None:
        return self.tables.grades.get((enrolment_id, kind, item))

    def of_enrolment(self, enrolment_id: int) -> list[Grade]:
        return [grade for grade in self.tables.grades.values() if grade.enrolment_id == enrolment_id]

    def of_course(self, course_id: int) -> list[Grade]:
        enrolments = self.tables.enrolments
        return [g for g in self.tables.grades.values() if enrolments[g.enrolment_id].course_id == course_id]
