"""The tables, and nothing but the tables. A change here comes with a migration; a test compares the two.

base      names of constraints, types of columns
people    users, courses, enrolments, tokens
work      submissions, drafts, runs, check results
marks     quiz attempts, answers, grades and their history
outbox    events, deliveries, endpoints, webhooks that came in
lti       platforms, their courses and members, line items, logins, our keys
teaching  assignments, extensions, overrides, comments, regrades, the audit log, workers
"""

from __future__ import annotations

from grader.storage.tables.base import Table
from grader.storage.tables.lti import (
    CodeRow,
    ContextRow,
    LineItemRow,
    LoginRow,
    MemberRow,
    PlatformRow,
    ScoreStateRow,
    ToolKeyRow,
)
from grader.storage.tables.marks import AnswerRow, AttemptRow, GradeChangeRow, GradeRow
from grader.storage.tables.outbox import DeliveryRow, EndpointRow, EventRow, ReceivedRow, TryRow
from grader.storage.tables.people import CourseRow, EnrolmentRow, TokenRow, UserRow
from grader.storage.tables.teaching import (
    AssignmentRow,
    AuditRow,
    CommentRow,
    ExtensionRow,
    OverrideRow,
    RegradeRow,
    WorkerRow,
)
from grader.storage.tables.work import CheckResultRow, DraftRow, RunRow, SubmissionRow

__all__ = [
    "AnswerRow",
    "AssignmentRow",
    "AttemptRow",
    "AuditRow",
    "CheckResultRow",
    "CodeRow",
    "CommentRow",
    "ContextRow",
    "CourseRow",
    "DeliveryRow",
    "DraftRow",
    "EndpointRow",
    "EnrolmentRow",
    "EventRow",
    "ExtensionRow",
    "GradeChangeRow",
    "GradeRow",
    "LineItemRow",
    "LoginRow",
    "MemberRow",
    "OverrideRow",
    "PlatformRow",
    "ReceivedRow",
    "RegradeRow",
    "RunRow",
    "ScoreStateRow",
    "SubmissionRow",
    "Table",
    "TokenRow",
    "ToolKeyRow",
    "TryRow",
    "UserRow",
    "WorkerRow",
]
