"""What writing events needs to know of the course, and what many of them do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.domain.scoring import ItemKind, Keep
from grader.services.settle import settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from grader.domain.audit import Deed
    from grader.domain.people import Course, User
    from grader.domain.quiz import Quiz
    from grader.domain.report import Report
    from grader.domain.scoring import Cause
    from grader.ports import UnitOfWork


@dataclass(frozen=True)
class Place:
    """Somebody in the course."""

    user: User
    enrolment_id: int


@dataclass(frozen=True)
class Unfair:
    """A submission that a wrong scenario judged, with the report that it should have got."""

    submission_id: int
    enrolment_id: int
    report: Report


@dataclass(frozen=True)
class Book:
    """The course with its people by login; *unfair* fills with what a regrade will set right, by exercise."""

    course: Course
    places: Mapping[str, Place]
    quizzes: Mapping[str, Quiz]
    unfair: dict[str, list[Unfair]] = field(default_factory=dict)

    def enrolment(self, login: str) -> int:
        """Return the id of somebody's enrolment."""
        return self.places[login].enrolment_id

    def settle(  # noqa: PLR0917 - whose grade is said in the order that the repositories have
        self,
        uow: UnitOfWork,
        cause: Cause,
        now: datetime,
        enrolment_id: int,
        kind: ItemKind,
        item: str,
        *,
        max_points: int = 0,
    ) -> None:
        """Make a grade anew, as the services do."""
        uow.enrolments.hold(enrolment_id)
        settle(
            uow,
            course_id=self.course.id,
            enrolment_id=enrolment_id,
            kind=kind,
            item=item,
            cause=cause,
            now=now,
            usual=self.quizzes[item].policy.counts if kind is ItemKind.QUIZ else Keep.BEST,
            max_points=max_points,
        )

    def note(
        self,
        uow: UnitOfWork,
        deed: Deed,
        when: datetime,
        *,
        what: str,
        login: str = "",
        detail: Mapping[str, str] | None = None,
    ) -> None:
        """Add a line to the audit log; *login* is whom it concerns."""
        whom = self.places[login].user.id if login else None
        uow.audit.add(deed, when=when, what=what, course_id=self.course.id, user_id=whom, detail=detail)
