"""Write what the staff does, with its line in the audit log: extensions, overrides, comments, a regrade."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.cli.demo_class.work import grade
from grader.domain.audit import Deed
from grader.domain.regrade import Choice, Stage
from grader.domain.scoring import Cause, ItemKind

if TYPE_CHECKING:
    from grader.cli.demo_class.book import Book
    from grader.cli.demo_class.events import Commented, Extended, Left, Noted, Overridden, Regraded, Withdrawn
    from grader.ports import UnitOfWork

_LOOKING = timedelta(minutes=11)  # at a regrade's difference


def extend(book: Book, uow: UnitOfWork, event: Extended) -> None:
    """Give a student more time."""
    enrolment_id = book.enrolment(event.login)
    uow.assignments.extend(enrolment_id, event.kind, event.item, event.extension)
    book.settle(uow, Cause.TERMS, event.when, enrolment_id, event.kind, event.item)
    due = f"{event.extension.due:%Y-%m-%d %H:%M}" if event.extension.due else ""
    detail = {"due": due, "reason": event.extension.reason}
    what = f"{event.kind.value} {event.item}"
    book.note(uow, Deed.EXTENDED, event.when, what=what, login=event.login, detail=detail)


def override(book: Book, uow: UnitOfWork, event: Overridden) -> None:
    """Set a grade by hand."""
    enrolment_id = book.enrolment(event.login)
    before = uow.grades.find(enrolment_id, event.kind, event.item)
    whose = (enrolment_id, event.kind, event.item)
    uow.overrides.add(*whose, points=event.points, reason=event.reason, by=event.actor, made=event.when)
    book.settle(uow, Cause.OVERRIDDEN, event.when, *whose, max_points=event.max_points)
    detail = {"before": f"{before.points}" if before else "", "after": f"{event.points}", "reason": event.reason}
    what = f"{event.kind.value} {event.item}"
    book.note(uow, Deed.OVERRIDDEN, event.when, what=what, login=event.login, detail=detail)


def withdraw(book: Book, uow: UnitOfWork, event: Withdrawn) -> None:
    """Take the newest override of a grade back."""
    enrolment_id = book.enrolment(event.login)
    found = uow.overrides.counting(enrolment_id, event.kind, event.item)
    if found is None:
        return
    uow.overrides.withdraw(found.id, event.when)
    book.settle(uow, Cause.WITHDRAWN, event.when, enrolment_id, event.kind, event.item)
    what, detail = f"{event.kind.value} {event.item}", {"before": f"{found.points}"}
    book.note(uow, Deed.OVERRIDE_WITHDRAWN, event.when, what=what, login=event.login, detail=detail)


def comment(book: Book, uow: UnitOfWork, event: Commented) -> None:
    """Say something about what was handed in last."""
    submission = uow.submissions.latest(book.enrolment(event.login), event.exercise)
    if submission is None:
        return
    line = event.line and min(event.line, submission.source.count("\n"))
    author = book.places[event.actor].user
    uow.comments.add(submission.id, line, event.text, author_id=author.id, made=event.when)
    book.note(uow, Deed.COMMENTED, event.when, what=f"submission {submission.id}", login=event.login)


def leave(book: Book, uow: UnitOfWork, event: Left) -> None:
    """Take a student out."""
    enrolment = uow.enrolments.get(book.enrolment(event.login))
    uow.enrolments.change(replace(enrolment, ended=event.when))
    book.note(uow, Deed.REMOVED, event.when, what=event.login, login=event.login)


def note(book: Book, uow: UnitOfWork, event: Noted) -> None:
    """Write the log's line alone."""
    book.note(uow, event.deed, event.when, what=event.what, login=event.login, detail=event.detail)


def regrade(book: Book, uow: UnitOfWork, event: Regraded) -> None:
    """Run again what a wrong scenario judged, and let it count."""
    found = uow.regrades.add(
        book.course.id,
        event.exercise,
        Choice.ALL,
        version=event.version,
        never_lower=False,
        reason=event.reason,
        by=event.actor,
        made=event.when,
    )
    book.note(uow, Deed.REGRADE_STARTED, event.when, what=event.exercise, detail={"reason": event.reason})
    unfair, runs, when = book.unfair.pop(event.exercise, []), [], event.when
    for each in unfair:
        run = uow.runs.add(each.submission_id, queued=event.when, regrade_id=found.id)
        when = grade(uow, run.id, each.report, when)
        runs.append(run.id)
    uow.regrades.let_count(runs, counts=True)
    applied = when + _LOOKING
    uow.regrades.move(found.id, Stage.RUNNING, Stage.APPLIED, when=applied)
    for enrolment_id in dict.fromkeys(each.enrolment_id for each in unfair):
        book.settle(uow, Cause.REGRADED, applied, enrolment_id, ItemKind.EXERCISE, event.exercise)
    book.note(uow, Deed.REGRADE_APPLIED, applied, what=event.exercise, detail={"runs": f"{len(runs)}"})
