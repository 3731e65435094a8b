"""Hand in source: what can be told without running it is told at once, the rest is queued."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.domain.errors import Conflict, Invalid, TooLarge
from grader.domain.inert import inert
from grader.services.enrol import member

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.submission import Submission
    from grader.ports import Bell, Catalogue, Clock, UnitOfWork

_MOST_WORK = 10**9
"""Braces times bytes: an f-string takes Python's parser so many steps. A source beyond is only checked in the jail."""

_MOST_CHECKED = 64 * 1024
"""Characters of a source that is parsed here: 0.2 s and 100 MiB at worst, with nothing else in this process running
meanwhile. A longer one is only checked in the jail."""

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

    Raises NotFound (no such course or exercise), Conflict (course closed), Invalid or TooLarge (the source).
    """
    arrived = clock.now()
    with uow.reading():
        course, enrolment = member(uow, user, course_slug)
    if not course.is_open(arrived):
        raise Conflict(f"the course {course.slug!r} is closed: it takes no more submissions")
    exercise = catalogue.exercise(course.lesson, exercise_slug)
    source = parse_source(data, limit_kib=exercise.limits.source_kib)  # outside: no lock while parsing
    with uow.writing():
        submission = uow.submissions.add(enrolment.id, exercise.slug, source, submitted=arrived)
        run = uow.runs.add(submission.id, queued=arrived)
        uow.commit()
    bell.ring(run.id)
    return submission


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
    if len(source) <= _MOST_CHECKED and source.count("{") * len(source) <= _MOST_WORK:
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
