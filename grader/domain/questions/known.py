"""Wrong answers that a lecturer foresaw: each is met with the explanation that was written for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from grader.domain.errors import Invalid
from grader.domain.expression import fill_in
from grader.domain.questions.common import about, given

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value = TypeVar("Value")


@dataclass(frozen=True)
class KnownWrong:
    """A wrong answer, written as a right one of its kind would be, and what led to it.

    With *same_as*, the explanation speaks of several ways at once: it is told instead of theirs in those draws in
    which all of these answers are one.
    """

    answer: str
    explanation: str
    same_as: tuple[str, ...] = ()

    @property
    def answers(self) -> frozenset[str]:
        """Return all the answers that the explanation speaks of."""
        return frozenset({self.answer, *self.same_as})


def check_foreseen(
    known: Sequence[KnownWrong],
    names: Mapping[str, int],
    *,
    value_of: Callable[[str], Value],
    is_right: Callable[[Value], bool],
    alike: Callable[[Value, Value], bool],
) -> None:
    """Refuse wrong answers that are right, and two that one answer would fit, with the parameters *names*: Invalid."""
    for number, wrong in enumerate(known, start=1):
        with about(f"wrong[{number}].explanation"):
            fill_in(wrong.explanation, names)
        with about(f"wrong[{number}].answer"):
            if is_right(value_of(wrong.answer)):
                raise Invalid(f'the wrong answer "{wrong.answer}" is right {given(names)}')
        with about(f"wrong[{number}].same_as"):
            for other in wrong.same_as:
                value_of(other)
    foreseen(known, names, value_of=value_of, alike=alike)


def foreseen(
    known: Sequence[KnownWrong],
    names: Mapping[str, int],
    *,
    value_of: Callable[[str], Value],
    alike: Callable[[Value, Value], bool],
) -> dict[Value, str]:
    """Choose what is told of each wrong value: where several fit, the one that speaks of all of them."""
    chosen: dict[Value, KnownWrong] = {}
    for wrong in sorted(known, key=lambda wrong: -len(wrong.answers)):
        value, *others = (value_of(answer) for answer in sorted(wrong.answers))
        if not all(alike(value, other) for other in others):
            continue  # speaks of several ways that lead to different answers in this draw
        rival = next((told for found, told in chosen.items() if alike(value, found)), None)
        if rival is None:
            chosen[value] = wrong
        elif not wrong.answers < rival.answers:
            raise Invalid(
                f'the wrong answers "{rival.answer}" and "{wrong.answer}" are the same {given(names)}: add one that '
                f'explains both, with answer = "{rival.answer}" and same_as = ["{wrong.answer}"]',
                field=f"wrong[{known.index(wrong) + 1}].answer",
            )
    return {value: fill_in(wrong.explanation, names) for value, wrong in chosen.items()}
