"""Which of a gradebook's rows are wanted, and in which order."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.errors import Invalid
from grader.domain.gradebook import most

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from grader.domain.gradebook import Item, Row

    _Key: TypeAlias = Callable[[Row], tuple[float | str, ...]]

NAME, LOGIN, SECTION, SUM = "name", "login", "section", "sum"
_HUNDRED = 100


class Only(enum.Enum):
    """Whom to show."""

    ALL = "all"
    MISSING = "missing"  # of whom nothing is graded yet
    BELOW = "below"  # a share


@dataclass(frozen=True)
class Arrangement:
    """What a reader chose; everybody by name unless told otherwise.

    *order* is NAME, LOGIN, SECTION, SUM or an item's key. *only* and *below*, in percent, are about *item*, a key, or
    about the whole course where it is empty. *text* is looked for in names and logins.
    """

    order: str = NAME
    descending: bool = False
    section: str = ""
    text: str = ""
    item: str = ""
    only: Only = Only.ALL
    below: int = 50
    ended: bool = False  # with those who have left

    @property
    def needs_grades(self) -> bool:
        """Whether the order and the choice depend on grades at all."""
        return self.only is not Only.ALL or self.order not in (NAME, LOGIN, SECTION)


def arranged(rows: Sequence[Row], items: Sequence[Item], wanted: Arrangement) -> list[Row]:
    """Return the *rows* that are wanted, in order; Invalid for an item that is none of *items*.

    Who has no grade stands below the one with none of the points. Of equals, names decide.
    """
    chosen = [row for row in rows if _is_wanted(row, wanted)]
    if wanted.only is not Only.ALL:
        keep = _keeps(items, wanted)
        chosen = [row for row in chosen if keep(row)]
    chosen.sort(key=_by_name)
    chosen.sort(key=_order(items, wanted.order), reverse=wanted.descending)
    return chosen


def _is_wanted(row: Row, wanted: Arrangement) -> bool:
    text = wanted.text.strip().casefold()
    return (
        (wanted.ended or row.ended is None)
        and wanted.section in ("", row.section)
        and (not text or text in row.student.name.casefold() or text in row.student.login)
    )


def _keeps(items: Sequence[Item], wanted: Arrangement) -> Callable[[Row], bool]:
    if wanted.item:
        column = _column(items, wanted.item, "item")
        if wanted.only is Only.MISSING:
            return lambda row: not (grade := row.grades[column]) or not grade.attempts
        return lambda row: not (grade := row.grades[column]) or _is_below(grade.points, grade.max_points, wanted.below)
    if wanted.only is Only.MISSING:
        return lambda row: not any(grade.attempts for grade in row.grades if grade)
    highest = most(items)
    return lambda row: _is_below(row.points, highest, wanted.below)


def _is_below(points: Fraction, highest: Fraction | int, percent: int) -> bool:
    return points * _HUNDRED < highest * percent


def _order(items: Sequence[Item], order: str) -> _Key:
    keys: dict[str, _Key] = {
        NAME: _by_name,
        LOGIN: lambda row: (row.student.login,),
        SECTION: lambda row: (row.section.casefold(),),
        SUM: lambda row: (float(row.points),),
    }
    if order in keys:
        return keys[order]
    column = _column(items, order, "sort")
    return lambda row: (-1.0 if (grade := row.grades[column]) is None else float(grade.points),)


def _by_name(row: Row) -> tuple[str, str]:
    return row.student.name.casefold(), row.student.login


def _column(items: Sequence[Item], key: str, field: str) -> int:
    for column, item in enumerate(items):
        if item.key == key:
            return column
    raise Invalid(f"there is no item {key!r} in this gradebook; an item is named like exercise:conv", field=field)
