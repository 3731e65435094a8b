"""Classical item analysis: what a class's answers say about a quiz's questions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.statistics.correlation import cronbach_alpha, pearson
from grader.domain.statistics.fifths import Curve, curve, fifths
from grader.domain.statistics.flags import Flag, flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST = 5
"""Students, below whom a question has no numbers: one of them would be read off."""

LEAST_TO_COMPARE = 20
"""Students, below whom nobody is set beside anybody: a correlation of 20 pairs is uncertain by ± 0.2 already."""


@dataclass(frozen=True)
class Response:
    """What one student did with one question; *choices* by any name that is the same for all students."""

    points: Fraction
    max_points: int
    choices: frozenset[str] = frozenset()

    @property
    def share(self) -> Fraction:
        """Of the question's points."""
        return self.points / self.max_points


Sheet: TypeAlias = "Mapping[str, Response]"
"""One student's responses, by question."""


@dataclass(frozen=True)
class Chosen:
    """How many took a choice, and what is odd about that; *share* is of all students."""

    choice: str
    is_right: bool
    count: int
    share: Fraction
    flag: Flag | None = None


@dataclass(frozen=True)
class Item:
    """A question's numbers; None, or no flags, where there are too few students to say.

    *difficulty* is the mean share of the points, high for an easy question, as the literature has it. *discrimination*
    is the correlation of its points with those of all other questions (item-rest; for one that is right or wrong: the
    corrected point-biserial of S. Henrysson, "Correction of item-total correlations in item analysis", 1963).
    """

    students: int
    full: int  # students who earned everything
    difficulty: Fraction | None
    discrimination: float | None
    curve: Curve | None
    choices: tuple[Chosen, ...]
    flags: tuple[Flag, ...]


def analyse(question: str, sheets: Sequence[Sheet], choices: Mapping[str, bool] | None = None) -> Item:
    """Return the numbers of *question* in students' *sheets*; *choices* says which are right.

    >>> half = [Response(Fraction(n % 2), 1) for n in range(6)]
    >>> analyse("one", [{"one": response} for response in half]).difficulty
    Fraction(1, 2)
    """
    found = [sheet[question] for sheet in sheets]
    shares = [response.share for response in found]
    rests = [_total(sheet) - sheet[question].points for sheet in sheets]
    is_enough = len(sheets) >= LEAST_TO_COMPARE
    difficulty = sum(shares, Fraction(0)) / len(shares) if len(sheets) >= LEAST else None
    discrimination = pearson(shares, rests) if is_enough else None
    chosen = _chosen(found, rests, choices or {})
    said = flags(difficulty, discrimination) if is_enough and difficulty is not None else ()
    return Item(
        students=len(sheets),
        full=sum(share == 1 for share in shares),
        difficulty=difficulty,
        discrimination=discrimination,
        curve=curve(shares, rests) if is_enough else None,
        choices=chosen,
        flags=said + tuple(flag for flag in (Flag.IDLE_CHOICE, Flag.LURING_CHOICE) if flag in {c.flag for c in chosen}),
    )


def reliability(sheets: Sequence[Sheet]) -> float | None:
    """Return Cronbach's alpha of the questions that *sheets* have; None for too few students or questions."""
    if len(sheets) < LEAST_TO_COMPARE:
        return None
    return cronbach_alpha([[sheet[question].points for sheet in sheets] for question in sheets[0]])


def _total(sheet: Sheet) -> Fraction:
    return sum((response.points for response in sheet.values()), Fraction(0))


def _chosen(found: Sequence[Response], rests: Sequence[Fraction], choices: Mapping[str, bool]) -> tuple[Chosen, ...]:
    best = _best(found, rests)
    least = min((_count(best, choice) for choice, is_right in choices.items() if is_right), default=0)

    def flag(choice: str, count: int) -> Flag | None:
        if len(found) < LEAST_TO_COMPARE or choices[choice]:
            return None
        if not count:
            return Flag.IDLE_CHOICE
        return Flag.LURING_CHOICE if _count(best, choice) > least else None

    counts = {choice: _count(found, choice) for choice in choices}
    return tuple(
        Chosen(choice, choices[choice], count, Fraction(count, max(len(found), 1)), flag(choice, count))
        for choice, count in counts.items()
    )


def _best(found: Sequence[Response], rests: Sequence[Fraction]) -> list[Response]:
    """Return the responses of the best fifth; of the next that has somebody, where many are alike."""
    groups = fifths(rests)
    return [response for response, group in zip(found, groups, strict=True) if group == max(groups, default=0)]


def _count(found: Sequence[Response], choice: str) -> int:
    return sum(choice in response.choices for response in found)
