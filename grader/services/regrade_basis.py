"""What steps and looks at regrades share: above all, reading what one changes.

For use inside an open unit of work; as many queries for a thousand submissions as for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import NotFound
from grader.domain.permissions import Action
from grader.domain.regrade import Progress, Stage, counting
from grader.domain.regrade_difference import Basis, Marks, difference
from grader.domain.scoring import ItemKind
from grader.domain.submission import State
from grader.services.enrol import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.domain.audit import Deed
    from grader.domain.people import Course, Enrolment, User
    from grader.domain.regrade import Regrade
    from grader.domain.regrade_difference import Difference
    from grader.domain.scoring import Policy
    from grader.ports import UnitOfWork


def found(uow: UnitOfWork, user: User, course_slug: str, regrade_id: int) -> tuple[Course, Enrolment, Regrade]:
    """Return a regrade of a course where the user may regrade; NotFound for one of another course."""
    course, enrolment = allowed(uow, user, course_slug, Action.REGRADE)
    regrade = uow.regrades.get(regrade_id)
    if regrade.course_id != course.id:
        raise NotFound(f"there is no regrade {regrade_id}")
    return course, enrolment, regrade


def progress(uow: UnitOfWork, regrade: Regrade) -> Progress:
    """Return how far a regrade's runs are."""
    return uow.regrades.progress(regrade.course_id).get(regrade.id, Progress())


def note(uow: UnitOfWork, deed: Deed, regrade: Regrade, now: datetime, detail: Mapping[str, str]) -> None:
    """Tell the audit log."""
    what = f"regrade {regrade.id} of {regrade.exercise}"
    uow.audit.add(deed, when=now, what=what, course_id=regrade.course_id, detail=detail)


def read_difference(uow: UnitOfWork, regrade: Regrade, *, in_full: bool = True) -> Difference:
    """Return what a regrade changes, or has changed; of one that was thrown away only what ran before.

    Without its scenarios, which are most of the work, unless *in_full*.
    """
    proposals = uow.regrades.proposals(regrade.id)
    if regrade.stage is Stage.DISCARDED:
        proposals = [each for each in proposals if each.state is State.GRADED]
    verdicts = uow.regrades.verdicts(regrade.id) if in_full else {}
    return difference(
        _basis(uow, regrade),
        proposals,
        verdicts,
        never_lower=regrade.never_lower,
        is_applied=regrade.stage is Stage.APPLIED,
    )


def read_marks(uow: UnitOfWork, regrade: Regrade) -> Marks:
    """Return what everybody's submissions to a regrade's exercise make of grades, by what counts now."""
    basis = _basis(uow, regrade)
    return Marks(basis, {result.submission_id: result for result in counting(basis.results)})


def _basis(uow: UnitOfWork, regrade: Regrade) -> Basis:
    return Basis(
        item=regrade.exercise,
        results=uow.regrades.graded(regrade.course_id, regrade.exercise),
        policy=_policies(uow, regrade.course_id, regrade.exercise),
        overrides={
            override.enrolment_id: override
            for override in uow.overrides.of_course(regrade.course_id)  # the newest last: it counts
            if override.withdrawn is None and (override.kind, override.item) == (ItemKind.EXERCISE, regrade.exercise)
        },
    )


def _policies(uow: UnitOfWork, course_id: int, exercise: str) -> Callable[[int], Policy]:
    """Return what tells a student's policy for an exercise."""
    terms = uow.assignments.find(course_id, ItemKind.EXERCISE, exercise).terms
    extensions = uow.assignments.extensions(course_id)
    usual = terms.policy()

    def of(enrolment_id: int) -> Policy:
        extension = extensions.get((enrolment_id, ItemKind.EXERCISE, exercise))
        return usual if extension is None else extension.of(terms).policy()

    return of
