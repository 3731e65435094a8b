"""Records of students' work: what they hand in, how it is graded, their quizzes, what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.attempt import Attempt
    from grader.domain.people import Course, User
    from grader.domain.report import Report
    from grader.domain.scoring import Grade, ItemKind, Score
    from grader.domain.submission import Draft, HandedIn, Run, Submission


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
    ) -> Sequence[HandedIn]:
        """Return a student's submissions, newest first, to one exercise or to all; at most *limit*, None is all.

        Without their sources: hundreds would fill the memory.
        """
        ...

    def latest(self, enrolment_id: int, exercise: str) -> Submission | None:
        """Return a student's newest submission to an exercise, None when there is none."""
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

    def add(self, submission_id: int, *, queued: datetime, regrade_id: int | None = None) -> Run:
        """Keep a new run, as queued; a regrade's does not count yet, and leaves its submission's state alone."""
        ...

    def get(self, run_id: int) -> Run:
        """Return a run; NotFound when there is none."""
        ...

    def with_submission(self, run_id: int) -> tuple[Run, Submission, Course]:
        """Return a run, what it grades and where that belongs; NotFound when there is none."""
        ...

    def latest(self, submission_id: int) -> Run:
        """Return a submission's newest run that counts; NotFound when there is none."""
        ...

    def ahead(self, run: Run) -> int:
        """Return how many queued runs will be taken before *run*: those of regrades stand behind all others."""
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
        """Return runs that were queued before *before* and still are, oldest first, those of regrades last."""
        ...

    def report(self, run_id: int) -> Report | None:
        """Return a graded run's report in full, staff text included."""
        ...

    def fault(self, run_id: int) -> str:
        """Return why a run failed by our fault, for the staff; empty when it did not."""
        ...

    def failed(self, course_id: int, limit: int) -> Sequence[tuple[Submission, User, Run, str]]:
        """Return a course's submissions whose newest run that counts failed by our fault and is not graded.

        Newest first. With each its student, that run, and why it failed.
        """
        ...

    def recent(self, limit: int) -> Sequence[tuple[datetime, datetime]]:
        """Return when the newest graded runs were claimed and finished, newest first."""
        ...

    def scores(self, enrolment_id: int, exercise: str | None = None) -> Sequence[Score]:
        """Return one score for each graded submission of a student: that of its newest graded run that counts.

        Oldest first.
        """
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

    def scores(self, enrolment_id: int, quiz: str | None = None) -> Sequence[Score]:
        """Return the scores of a student's finished attempts at one quiz or at all, oldest first."""
        ...

    def overdue(self, before: datetime, limit: int, *, after: int = 0) -> Sequence[Attempt]:
        """Return open attempts whose deadline was before *before*, by id, those after the id *after*."""
        ...


class Grades(Protocol):
    """What counts, one grade for each enrolment and item."""

    def put(self, grade: Grade) -> None:
        """Keep a grade over any earlier one for the same enrolment and item."""
        ...

    def drop(self, enrolment_id: int, kind: ItemKind, item: str) -> None:
        """Forget the grade of one enrolment for one item: nothing counts any more."""
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
