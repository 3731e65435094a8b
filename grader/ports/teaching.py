"""Records of teaching: terms, extensions, grades set by hand, the history of grades, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.assignment import Assignment, Extension
    from grader.domain.comment import Comment
    from grader.domain.scoring import GradeChange, ItemKind, Override


class Assignments(Protocol):
    """On which terms items of courses are to be done, and who has other terms."""

    def put(self, assignment: Assignment) -> None:
        """Keep an item's terms over any earlier ones."""
        ...

    def find(self, course_id: int, kind: ItemKind, item: str) -> Assignment:
        """Return an item's assignment; one with the usual terms when none was kept."""
        ...

    def of_course(self, course_id: int) -> Mapping[tuple[ItemKind, str], Assignment]:
        """Return what was kept for a course, by kind and item."""
        ...

    def extend(self, enrolment_id: int, kind: ItemKind, item: str, extension: Extension | None) -> None:
        """Keep a student's extension over any earlier one; None takes it back."""
        ...

    def extension(self, enrolment_id: int, kind: ItemKind, item: str) -> Extension | None:
        """Return a student's extension of one item."""
        ...

    def extensions_of(self, enrolment_id: int) -> Mapping[tuple[ItemKind, str], Extension]:
        """Return all extensions of one student, by kind and item."""
        ...

    def extensions(self, course_id: int) -> Mapping[tuple[int, ItemKind, str], Extension]:
        """Return all extensions in a course, by enrolment, kind and item."""
        ...


class Overrides(Protocol):
    """Grades set by hand: withdrawn at most, never deleted."""

    def add(
        self,
        enrolment_id: int,
        kind: ItemKind,
        item: str,
        *,
        points: Fraction,
        reason: str,
        by: str,
        made: datetime,
    ) -> Override:
        """Keep a new one; it counts instead of earlier ones."""
        ...

    def get(self, override_id: int) -> Override:
        """Return an override; NotFound when there is none."""
        ...

    def counting(self, enrolment_id: int, kind: ItemKind, item: str) -> Override | None:
        """Return the newest that is not withdrawn."""
        ...

    def of_course(self, course_id: int) -> Sequence[Override]:
        """Return all of a course, oldest first, withdrawn ones too."""
        ...

    def of_enrolment(self, enrolment_id: int) -> Sequence[Override]:
        """Return all of one enrolment, oldest first, withdrawn ones too."""
        ...

    def withdraw(self, override_id: int, when: datetime) -> bool:
        """Let an override count no more; False when it is withdrawn already."""
        ...


class History(Protocol):
    """How grades became what they are; only ever added to."""

    def add(self, change: GradeChange) -> None:
        """Keep a change."""
        ...

    def of_enrolment(self, enrolment_id: int) -> Sequence[GradeChange]:
        """Return the changes of one enrolment's grades, oldest first."""
        ...


class Comments(Protocol):
    """What the staff says about submissions."""

    def add(self, submission_id: int, line: int | None, text: str, *, author_id: int, made: datetime) -> Comment:
        """Keep a new comment."""
        ...

    def get(self, comment_id: int) -> Comment:
        """Return a comment; NotFound when there is none."""
        ...

    def of_submission(self, submission_id: int) -> Sequence[Comment]:
        """Return a submission's comments in order of lines, those about all of it first, then oldest first."""
        ...

    def withdraw(self, comment_id: int, when: datetime) -> bool:
        """Hide a comment from the student; False when it is withdrawn already."""
        ...
