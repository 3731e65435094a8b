"""Who may do what in a course: one table, role by action. Everything that asks, asks here.

>>> may(Role.ASSISTANT, Action.COMMENT), may(Role.ASSISTANT, Action.OVERRIDE)
(True, False)
"""

from __future__ import annotations

import enum

from grader.domain.people import Role


class Action(enum.Enum):
    """What somebody wants to do in a course; the value ends the sentence "you may not …"."""

    TAKE_PART = "hand in work or answer a quiz"
    SEE_ROSTER = "see who is in the course"
    SEE_GRADES = "see everybody's grades"
    SEE_WORK = "see everybody's work"
    SEE_INSIGHT = "see what the class misunderstood"
    SEE_SIMILARITY = "compare students' work"
    SEE_BOARD = "see the workers and the queue"
    SEE_DELIVERIES = "see what other systems were told"
    COMMENT = "comment on a student's work"
    RERUN = "have a submission graded again"
    EXTEND = "give a student more time or attempts"
    CHANGE_ROSTER = "change who is in the course"
    CHANGE_COURSE = "change the course and its assignments"
    OVERRIDE = "set a grade by hand"
    REGRADE = "regrade an exercise"
    CHANGE_LMS = "connect other systems"
    SEE_AUDIT = "see who did what"


_LOOKS = {
    Action.TAKE_PART,
    Action.SEE_ROSTER,
    Action.SEE_GRADES,
    Action.SEE_WORK,
    Action.SEE_INSIGHT,
    Action.SEE_SIMILARITY,
    Action.SEE_BOARD,
    Action.SEE_DELIVERIES,
}

ALLOWED: dict[Role, frozenset[Action]] = {
    Role.STUDENT: frozenset({Action.TAKE_PART}),
    Role.ASSISTANT: frozenset({*_LOOKS, Action.COMMENT, Action.RERUN, Action.EXTEND}),
    Role.INSTRUCTOR: frozenset(Action),
}
"""The table. An assistant helps: looks, comments, gives a day more; what moves grades is the instructor's."""


def may(role: Role, action: Action) -> bool:
    """Whether *role* allows *action*."""
    return action in ALLOWED[role]
