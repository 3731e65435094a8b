"""Write what students do: hand in, be graded, answer a quiz."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from grader.cli.demo_class.book import Unfair
from grader.domain.scoring import Cause, ItemKind
from grader.domain.submission import MAX_RUN_CLAIMS
from grader.services.quiz import close

if TYPE_CHECKING:
    from datetime import datetime

    from grader.cli.demo_class.book import Book
    from grader.cli.demo_class.events import Answered, Draft, HandedIn
    from grader.domain.report import Report
    from grader.ports import UnitOfWork

_WAIT = timedelta(seconds=2)  # from handing in to the claim


def hand_in(book: Book, uow: UnitOfWork, event: HandedIn) -> None:
    """Keep a submission and grade it, or fail to."""
    enrolment_id = book.enrolment(event.login)
    submission = uow.submissions.add(enrolment_id, event.exercise, event.source, submitted=event.when)
    run = uow.runs.add(submission.id, queued=event.when)
    if event.report is None:
        _give_up(uow, run.id, event)
        return
    finished = grade(uow, run.id, event.report, event.when + _WAIT)
    book.settle(uow, Cause.GRADED, finished, enrolment_id, ItemKind.EXERCISE, event.exercise)
    if event.again is not None:
        book.unfair.setdefault(event.exercise, []).append(Unfair(submission.id, enrolment_id, event.again))


def draft(book: Book, uow: UnitOfWork, event: Draft) -> None:
    """Keep what is not handed in yet."""
    uow.drafts.put(book.enrolment(event.login), event.exercise, event.source, when=event.when)


def answer(book: Book, uow: UnitOfWork, event: Answered) -> None:
    """Keep an attempt at a quiz, and mark it as the service does if it ended."""
    quiz = book.quizzes[event.quiz]
    attempt = uow.attempts.add(
        book.enrolment(event.login),
        quiz.slug,
        seed=event.seed,
        started=event.when,
        deadline=quiz.policy.deadline(event.when),
    )
    for question, said in event.answers.items():
        uow.attempts.answer(attempt.id, question, said, when=event.ended or event.when)
    if event.ended is not None:
        close(uow, book.course, quiz, attempt, event.ended)


def grade(uow: UnitOfWork, run_id: int, report: Report, when: datetime) -> datetime:
    """Bring a queued run to its report, from *when* on; return when it was finished."""
    finished = when + timedelta(seconds=report.seconds)
    uow.runs.claim(run_id, f"{run_id}", node=report.node, now=when, lease_until=finished)
    uow.runs.finish(run_id, f"{run_id}", report, finished=finished)
    return finished


def _give_up(uow: UnitOfWork, run_id: int, event: HandedIn) -> None:
    """Claim a run as often as it may be, and end it as void."""
    for number in range(1, MAX_RUN_CLAIMS + 1):
        when, key = event.when + number * _WAIT, f"{run_id}-{number}"
        uow.runs.claim(run_id, key, node="atlas-2", now=when, lease_until=when + _WAIT)
        if number < MAX_RUN_CLAIMS:
            uow.runs.put_back(run_id, key, fault=event.fault)
        else:
            uow.runs.give_up(run_id, key, fault=event.fault, finished=when)
