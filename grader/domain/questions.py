"""The kinds of a quiz's questions, as a lecturer writes them; what can't be asked is refused at once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, TypeVar

from grader.domain.errors import Invalid
from grader.domain.expression import evaluate, fill_in

MAX_DRAWS = 1_000  # combinations of one question's parameters, each of which is checked
CHOICE_KEYS = "abcdefghij"

Value = TypeVar("Value", Fraction, "tuple[int, ...]")


@dataclass(frozen=True)
class Choice:
    """One choice; *explanation* is told to who chose it wrongly."""

    text: str
    right: bool
    explanation: str = ""


@dataclass(frozen=True)
class KnownWrong:
    """A wrong number (an expression of the parameters) or shape (sizes), and what led to it.

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


@dataclass(frozen=True)
class Question:
    """What all kinds have; `{name}` and `{c_in * k}` in texts become numbers when drawn."""

    slug: str
    prompt: str
    points: int = field(default=1, kw_only=True)
    parameters: Mapping[str, Sequence[int]] = field(default_factory=dict, kw_only=True)
    explanation: str = field(default="", kw_only=True)  # for who is right
    hint: str = field(default="", kw_only=True)  # for a wrong answer that nobody foresaw

    def __post_init__(self) -> None:
        """Refuse what some draw could not ask, or would mark wrongly: Invalid."""
        if self.points < 1:
            raise Invalid("points must be at least 1", field="points")
        if not self.prompt.strip():
            raise Invalid("prompt must not be empty", field="prompt")
        for name, values in self.parameters.items():
            if not name.isidentifier() or not values:
                raise Invalid(f"parameter {name!r} needs a plain name and some values", field="parameters")
        if math.prod(len(values) for values in self.parameters.values()) > MAX_DRAWS:
            raise Invalid(f"over {MAX_DRAWS:,} combinations of parameters", field="parameters")
        for values in itertools.product(*self.parameters.values()):
            self._check(dict(zip(self.parameters, values, strict=True)))

    def _check(self, names: Mapping[str, int]) -> None:
        for text in (self.prompt, self.explanation, self.hint):
            fill_in(text, names)


@dataclass(frozen=True)
class NumericQuestion(Question):
    """*answer* is an expression of the parameters, or a number; *tolerance* is absolute."""

    answer: str | Fraction = field(kw_only=True)
    tolerance: Fraction = field(default=Fraction(0), kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)

    def _check(self, names: Mapping[str, int]) -> None:
        super()._check(names)
        if self.tolerance < 0:
            raise Invalid("tolerance must not be negative", field="tolerance")
        right = self.right(names)
        for wrong in self.known_wrong:
            fill_in(wrong.explanation, names)
            if abs(evaluate(wrong.answer, names) - right) <= self.tolerance:
                raise Invalid(f'the wrong answer "{wrong.answer}" is right {_given(names)}', field="wrong")
        self.foreseen(names)

    def right(self, names: Mapping[str, int]) -> Fraction:
        """Return the right number for the parameters *names*."""
        return Fraction(evaluate(self.answer, names)) if isinstance(self.answer, str) else self.answer

    def foreseen(self, names: Mapping[str, int]) -> dict[Fraction, str]:
        """Return the explanation of each wrong number for the parameters *names*; Invalid when two fit one answer."""
        return _explanations(
            self,
            names,
            value_of=lambda answer: Fraction(evaluate(answer, names)),
            alike=lambda one, other: abs(one - other) <= 2 * self.tolerance,
        )


@dataclass(frozen=True)
class ShapeQuestion(Question):
    """*answers* are the accepted spellings, each a list of expressions: (h, w, k) and (k, h, w), say."""

    answers: tuple[tuple[str, ...], ...] = field(kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)  # sizes separated by commas

    def _check(self, names: Mapping[str, int]) -> None:
        super()._check(names)
        if not self.answers or not all(self.answers):
            raise Invalid("a shape question needs a shape of one size or more", field="answers")
        right = {sizes(shape, names) for shape in self.answers}
        for wrong in self.known_wrong:
            fill_in(wrong.explanation, names)
            if sizes(wrong.answer.split(","), names) in right:
                raise Invalid(f'the wrong answer "{wrong.answer}" is right {_given(names)}', field="wrong")
        self.foreseen(names)

    def foreseen(self, names: Mapping[str, int]) -> dict[tuple[int, ...], str]:
        """Return the explanation of each wrong shape for the parameters *names*; Invalid when two fit one answer."""
        return _explanations(
            self,
            names,
            value_of=lambda answer: sizes(answer.split(","), names),
            alike=lambda one, other: one == other,
        )


@dataclass(frozen=True)
class ChoiceQuestion(Question):
    """One right choice, or several with *multiple*."""

    choices: tuple[Choice, ...] = field(kw_only=True)
    multiple: bool = field(default=False, kw_only=True)

    def _check(self, names: Mapping[str, int]) -> None:
        super()._check(names)
        right = sum(choice.right for choice in self.choices)
        if not 1 < len(self.choices) <= len(CHOICE_KEYS):
            raise Invalid(f"a choice question needs 2 to {len(CHOICE_KEYS)} choices", field="choices")
        if len({fill_in(choice.text, names) for choice in self.choices}) < len(self.choices):
            raise Invalid(f"two choices have the same text {_given(names)}", field="choices")
        if self.multiple and not 0 < right < len(self.choices):
            raise Invalid("a multiple question needs a right choice and a wrong one", field="choices")
        if not self.multiple and right != 1:
            raise Invalid(f"a single question needs exactly one right choice, not {right}", field="choices")
        for choice in self.choices:
            fill_in(choice.explanation, names)


QuizQuestion: TypeAlias = NumericQuestion | ShapeQuestion | ChoiceQuestion


def sizes(shape: Sequence[str], names: Mapping[str, int]) -> tuple[int, ...]:
    """Return a shape's sizes for the parameters *names*."""
    return tuple(evaluate(size, names) for size in shape)


def _explanations(
    question: NumericQuestion | ShapeQuestion,
    names: Mapping[str, int],
    *,
    value_of: Callable[[str], Value],
    alike: Callable[[Value, Value], bool],
) -> dict[Value, str]:
    """Choose what is told of each wrong value: where several fit, the one that speaks of all of them."""
    chosen: dict[Value, KnownWrong] = {}
    for wrong in sorted(question.known_wrong, key=lambda wrong: -len(wrong.answers)):
        values = {value_of(answer) for answer in wrong.answers}
        if len(values) > 1:  # speaks of several ways that lead to different answers in this draw
            continue
        value = values.pop()
        rival = next((told for other, told in chosen.items() if alike(value, other)), None)
        if rival is None:
            chosen[value] = wrong
        elif not wrong.answers < rival.answers:
            raise Invalid(
                f'the wrong answers "{rival.answer}" and "{wrong.answer}" of {question.slug!r} are the same '
                f'{_given(names)}: add one that explains both, with answer = "{rival.answer}" and '
                f'same_as = ["{wrong.answer}"]',
                field="wrong",
            )
    return {value: fill_in(wrong.explanation, names) for value, wrong in chosen.items()}


def _given(names: Mapping[str, int]) -> str:
    return "for " + ", ".join(f"{name}={value}" for name, value in names.items()) if names else "too"
