"""Deliveries in words: what is told, how far it is, what an attempt came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.lms.delivery import DeliveryState, Kind, Verdict
from grader.domain.lms.event import EventType
from grader.web.i18n import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.lms.log import Logged


def states() -> Mapping[str, str]:
    """Return how far a delivery can be."""
    words = {
        DeliveryState.WAITING: _("waits"),
        DeliveryState.SENDING: _("is being sent"),
        DeliveryState.DELIVERED: _("arrived"),
        DeliveryState.DEAD: _("failed"),
        DeliveryState.SUPERSEDED: _("overtaken by a newer grade"),
    }
    return {state.value: said for state, said in words.items()}


def kinds() -> Mapping[str, str]:
    """Return by which way something can go."""
    return {Kind.WEBHOOK.value: _("webhook"), Kind.LTI_AGS.value: _("grade for an LMS")}


def events() -> Mapping[str, str]:
    """Return what can happen, in the order in which an endpoint's form asks."""
    words = {
        EventType.SUBMISSION_GRADED: _("a submission was graded"),
        EventType.SUBMISSION_REGRADED: _("a regrade changed submissions"),
        EventType.QUIZ_FINISHED: _("an attempt at a quiz was finished"),
        EventType.GRADE_OVERRIDDEN: _("a grade was set by hand, or that taken back"),
        EventType.GRADE_CHANGED: _("new terms or an extension changed a grade"),
        EventType.ENROLMENT_CHANGED: _("somebody came, went, or has another role or section"),
        EventType.TEST: _("a test"),
    }
    return {kind.value: said for kind, said in words.items()}


def verdicts() -> Mapping[str, str]:
    """Return what an attempt can come to."""
    words = {
        Verdict.DELIVERED: _("arrived"),
        Verdict.AGAIN: _("to be tried again"),
        Verdict.DEAD: _("failed for good"),
        Verdict.GONE: _("the receiver wants nothing more"),
        Verdict.SUPERSEDED: _("a newer grade counts"),
    }
    return {verdict.value: said for verdict, said in words.items()}


def what(logged: Logged) -> str:
    """Return what a delivery tells, in a word or two."""
    return logged.type.value if logged.type else kinds()[logged.delivery.kind.value]
