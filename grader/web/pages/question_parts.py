"""Questions as pages show them: to be answered, or with what was answered, marked or not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.expression import spelled
from grader.domain.inert import inert
from grader.domain.questions import Kind
from grader.domain.questions.shape import in_words
from grader.web.pages.answers import FIELD, WAS, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.questions import Answer
    from grader.services.shown_attempt import AskedQuestion


@dataclass(frozen=True)
class Part:
    """A question of a page; *values* are what its field holds, *late* what was sent and could not be saved."""

    number: int
    asked: AskedQuestion
    values: Sequence[str]
    problem: str = ""
    late: Sequence[str] = field(default=())

    @property
    def slug(self) -> str:
        """The question's."""
        return self.asked.slug

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return FIELD + self.asked.slug

    @property
    def saved(self) -> Sequence[str]:
        """What the field would hold for what is saved."""
        return values_of(self.asked, self.asked.answer)

    @property
    def said(self) -> Sequence[str]:
        """What is saved, to be read by anybody."""
        return _readable(self.saved)

    @property
    def unsaid(self) -> Sequence[str]:
        """What was sent and could not be saved, to be read by anybody."""
        return _readable(self.late)

    @property
    def note(self) -> str:
        """What is wrong with the form of what is saved; it may quote that."""
        return inert(self.asked.unread or "")

    @property
    def why(self) -> str:
        """Why the answer is right or wrong, once that is told; it may quote the answer."""
        return inert(self.asked.marked.explanation, kept="\n\t") if self.asked.marked and self.asked.is_answered else ""

    @property
    def was_field(self) -> str:
        """The name of the field that holds what is saved."""
        return WAS + self.asked.slug

    @property
    def was(self) -> str:
        """What is saved, as an unchanged form would send it."""
        return "\n".join(self.saved)

    @property
    def right(self) -> Sequence[str]:
        """The right answer, in the same form as the values; empty until it is told."""
        if self.asked.kind is Kind.NUMERIC and isinstance(self.asked.right_answer, str):
            return [f"{spelled(Fraction(self.asked.right_answer))} {self.asked.shown.unit}".strip()]
        return values_of(self.asked, self.asked.right_answer) if self.asked.right_answer else ()

    @property
    def verdict(self) -> str:
        """How the answer was marked: right, partly, wrong or unanswered; empty until that is told."""
        if self.asked.marked is None:
            return ""
        if not self.asked.is_answered:
            return "unanswered"
        return "right" if self.asked.marked.correct else "partly" if self.asked.marked.points else "wrong"

    @property
    def layout(self) -> str:
        """The order of a shape's axes, in words."""
        return in_words(self.asked.shown.layout) if self.asked.shown.layout else ""

    @property
    def listing(self) -> str:
        """The code whose output is asked for, as Markdown; empty where there is none."""
        return fenced(self.asked.shown.code) if self.asked.shown.code else ""


def parts(
    questions: Sequence[AskedQuestion],
    *,
    sent: Mapping[str, Answer] | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[Part]:
    """Return the questions as a page shows them, filled in with what was *sent*, or else saved."""
    sent, problems = sent or {}, problems or {}
    return [
        Part(
            number,
            each,
            values_of(each, sent.get(each.slug, each.answer)),
            problem=problems.get(each.slug, ""),
            late=values_of(each, sent[each.slug]) if each.slug in sent else (),
        )
        for number, each in enumerate(questions, start=1)
    ]


def _readable(values: Sequence[str]) -> list[str]:
    return [inert(value, kept="\n\t") for value in values]


def fenced(code: str) -> str:
    """Return *code* as a block of Markdown, which nothing in it can end.

    >>> print(fenced("print(1)"))
    ```python
    print(1)
    ```
    """
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", code))])
    return f"{fence}python\n{code.strip(chr(10))}\n{fence}"
