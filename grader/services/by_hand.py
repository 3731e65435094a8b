"""Which override stands behind a grade, for whoever may see the grade; for use inside an open unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.domain.scoring import Grade, ItemKind, Override
    from grader.ports import UnitOfWork


def by_hand(uow: UnitOfWork, grade: Grade | None) -> Override | None:
    """Return the override that *grade* comes from, None when it was earned."""
    return None if grade is None or grade.override_id is None else uow.overrides.get(grade.override_id)


def all_by_hand(uow: UnitOfWork, enrolment_id: int, grades: Iterable[Grade]) -> Mapping[tuple[ItemKind, str], Override]:
    """Return those of one student's *grades*, by kind and item."""
    wanted = {grade.override_id for grade in grades} - {None}
    found = uow.overrides.of_enrolment(enrolment_id) if wanted else ()
    return {(each.kind, each.item): each for each in found if each.id in wanted}
