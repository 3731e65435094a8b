"""Two attempts of one student side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid
from grader.services.enrol import owner_and_viewer

if TYPE_CHECKING:
    from grader.domain.people import Course, User
    from grader.domain.submission import Submission
    from grader.ports import UnitOfWork


@dataclass(frozen=True)
class Comparison:
    """Two submissions of one student to one exercise."""

    course: Course
    student: User
    old: Submission
    new: Submission


def compare(uow: UnitOfWork, *, user: User, old_id: int, new_id: int) -> Comparison:
    """Return both submissions; NotFound unless the user may see them, Invalid when they can't be compared."""
    with uow.reading():
        old, new = uow.submissions.get(old_id), uow.submissions.get(new_id)
        owner, _ = owner_and_viewer(uow, user, old.enrolment_id, what=f"submission {old_id}")
        owner_and_viewer(uow, user, new.enrolment_id, what=f"submission {new_id}")
        if (old.enrolment_id, old.exercise) != (new.enrolment_id, new.exercise):
            raise Invalid(f"submissions {old_id} and {new_id} are not of one student and one exercise")
        return Comparison(uow.courses.get(owner.course_id), uow.users.get(owner.user_id), old, new)
