"""Hand in source: what can be told without running it is told at once, the rest is queued."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, Invalid, TooLarge
from grader.domain.inert import inert
from grader.domain.parsing import is_quick_to_parse
from grader.domain.permissions import Action
from grader.domain.submission import State
from grader.services.enrol import allowed
from grader.services.terms import exercise_terms, require_seen

if TYPE_CHECKING:
    from datetime import datetime

    from grader.domain.assignment import Terms
    from grader.domain.exercise import Exercise
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.submission import Run, Submission
    from grader.ports import Bell, Catalogue, Clock, UnitOfWork

_BOM = "\ufeff"  # some editors on Windows begin every file with it


def submit(
    uow: UnitOfWork,
    clock: Clock,
    catalogue: Catalogue,
    bell: Bell,
    *,
    user: User,
    course_slug: str,
    exercise_slug: str,
    data: bytes,
) -> Submission:
    """Keep *data* as a queued submission, then wake a worker.

    Raises NotFound (no such course or exercise), Conflict (closed, not open yet, all attempts used up), LimitReached
    (the last attempt is too fresh), Invalid or TooLarge (the source).
    """
    arrived = clock.now()
    with uow.reading():
        course, enrolment = allowed(uow, user, course_slug, Action.TAKE_PART)
        entry = entry_of(uow, course, enrolment, catalogue.exercise(course.lesson, exercise_slug))
    entry.require_open(arrived)
    source = parse_source(data, limit_kib=entry.exercise.limits.source_kib)  # outside: no lock while parsing
    with uow.writing():
        submission, run = keep(uow, entry, source, arrived)
        uow.commit()
    bell.ring(run.id)
    return submission


@dataclass(frozen=True)
class Entry:
    """Somebody's way to hand in: for which exercise, on which terms."""

    course: Course
    enrolment: Enrolment
    exercise: Exercise
    terms: Terms

    def require_open(self, now: datetime) -> None:
        """NotFound when the exercise is not offered, Conflict when nothing is taken at *now*."""
        if not self.course.is_open(now):
            raise Conflict(f"the course {self.course.slug!r} is closed: it takes no more submissions")
        require_seen(self.terms, self.exercise.slug, now)
        self.terms.require_taken(self.exercise.slug, now, self.course.closes)


def entry_of(uow: UnitOfWork, course: Course, enrolment: Enrolment, exercise: Exercise) -> Entry:
    """Return how the holder of *enrolment* hands in. For use inside an open unit of work, like `keep`."""
    return Entry(course, enrolment, exercise, exercise_terms(uow, course, enrolment, exercise))


def keep(uow: UnitOfWork, entry: Entry, source: str, arrived: datetime) -> tuple[Submission, Run]:
    """Keep a source that was parsed as a queued submission; Conflict or LimitReached when it is one attempt too many.

    Whoever commits rings for its run.
    """
    slug, terms = entry.exercise.slug, entry.terms
    if terms.limits_attempts:
        uow.enrolments.hold(entry.enrolment.id)  # twenty at once are counted one after the other
        terms.require_attempt(slug, _made(uow, entry.enrolment, entry.exercise), arrived)
    submission = uow.submissions.add(entry.enrolment.id, slug, source, submitted=arrived)
    return submission, uow.runs.add(submission.id, queued=arrived)


def _made(uow: UnitOfWork, enrolment: Enrolment, exercise: Exercise) -> list[datetime]:
    """Return when earlier attempts were handed in; what became void does not count."""
    earlier = uow.submissions.of_enrolment(enrolment.id, exercise.slug)
    return [each.submitted for each in earlier if each.state is not State.VOID]


def parse_source(data: bytes, *, limit_kib: int) -> str:
    r"""Return the text of a Python source that could be run.

    >>> parse_source(b"x = 1\n", limit_kib=256)
    'x = 1\n'
    >>> parse_source(b"x = 1\ny = = 2\n", limit_kib=256)
    Traceback (most recent call last):
    grader.domain.errors.Invalid: syntax error in line 2: invalid syntax: y = = 2
    """
    if len(data) > limit_kib * 1024:
        raise TooLarge(f"the source has {len(data):,} bytes; at most {limit_kib} KiB are taken")
    try:
        source = data.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise Invalid(
            f"the source is not UTF-8: byte {error.start} (0x{data[error.start]:02x}) can't be read; "
            "save the file as UTF-8",
            field="source",
        ) from None
    if not source.strip():
        raise Invalid("the source is empty", field="source")
    if "\0" in source:
        line = source.count("\n", 0, source.index("\0")) + 1
        raise Invalid(f"the source has a NUL byte in line {line}: is it a text file?", field="source", line=line)
    if is_quick_to_parse(source):  # a longer one is only checked in the jail
        _check_syntax(source)
    return source


def _check_syntax(source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        where = f" in line {error.lineno}" if error.lineno else ""
        text = f": {inert(error.text.strip()[:200])}" if error.text and error.text.strip() else ""
        raise Invalid(f"syntax error{where}: {error.msg}{text}", field="source", line=error.lineno) from None
    except (RecursionError, MemoryError, ValueError):  # the parser's ways to say "too deep"
        raise Invalid("the source is nested too deeply to be parsed", field="source") from None
