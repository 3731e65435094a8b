"""Hand in source: what can be told without running it is told at once, the rest is queued."""

from __future__ import annotations

import ast
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

    from grader.domain.exercise import Exercise
    from grader.domain.people import Enrolment, User
    from grader.domain.submission import Submission
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
        exercise = catalogue.exercise(course.lesson, exercise_slug)
        terms = exercise_terms(uow, course, enrolment, exercise)
    if not course.is_open(arrived):
        raise Conflict(f"the course {course.slug!r} is closed: it takes no more submissions")
    require_seen(terms, exercise.slug, arrived)
    terms.require_taken(exercise.slug, arrived, course.closes)
    source = parse_source(data, limit_kib=exercise.limits.source_kib)  # outside: no lock while parsing
    with uow.writing():
        if terms.limits_attempts:
            uow.enrolments.hold(enrolment.id)  # twenty at once are counted one after the other
            terms.require_attempt(exercise.slug, _made(uow, enrolment, exercise), arrived)
        submission = uow.submissions.add(enrolment.id, exercise.slug, source, submitted=arrived)
        run = uow.runs.add(submission.id, queued=arrived)
        uow.commit()
    bell.ring(run.id)
    return submission


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
