"""How an attempt is shown: its questions to be answered, all or one at a time, or what it earned when it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import render_template, request

from grader.domain.quiz_policy import GRACE, Reveal
from grader.services import quiz
from grader.web.context import current_user, services
from grader.web.pages.question_parts import parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.questions import Answer
    from grader.services.shown_attempt import AttemptView


@dataclass(frozen=True)
class Refused:
    """What was sent and is not saved, and why: for each question, or for all."""

    sent: Mapping[str, Answer] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


def look_at(attempt_id: int) -> AttemptView:
    """Return the attempt as its reader may see it."""
    needs = services()
    return quiz.view(needs.make_uow(), needs.clock, needs.catalogue, user=current_user(), attempt_id=attempt_id)


def page(view: AttemptView, refused: Refused | None = None) -> str:
    """Return the page of an attempt; what was *refused* stands in its fields, to be mended."""
    refused, now = refused or Refused(), services().clock.now()
    shown = parts(view.questions, sent=refused.sent, problems=refused.problems)
    if view.attempt.finished or view.student:
        return render_template("attempt_over.html", view=view, parts=shown, refused=refused)
    return render_template(
        "attempt.html",
        view=view,
        parts=shown,
        alone=_alone(view),
        refused=refused,
        left=seconds_left(view),
        grace=round(GRACE.total_seconds()),
        check_each=view.policy.answers is Reveal.AFTER_EACH,
        is_open=view.course.is_open(now),
    )


def seconds_left(view: AttemptView) -> int | None:
    """Return how long it is until the time is up, None without a limit."""
    deadline = view.attempt.deadline
    return None if deadline is None else max(0, round((deadline - services().clock.now()).total_seconds()))


def _alone(view: AttemptView) -> int | None:
    """Return the number of the one question that is shown, None for all of them.

    It is the one asked for; or else the first that is not answered.
    """
    if not view.policy.one_at_a_time:
        return None
    slugs = [question.slug for question in view.questions]
    wanted = request.args.get("question") or request.form.get("here") or ""
    first = view.unanswered[0].slug if view.unanswered else slugs[0]
    return slugs.index(wanted if wanted in slugs else first) + 1
