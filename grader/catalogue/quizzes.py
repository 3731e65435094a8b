"""One quiz, read and validated: quiz.toml, or a file in quizzes/."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict

from grader.catalogue.table import Table
from grader.domain.errors import Invalid
from grader.domain.questions import (
    Choice,
    ChoiceQuestion,
    KnownWrong,
    NumericQuestion,
    QuizQuestion,
    ShapeQuestion,
)
from grader.domain.quiz import Kind, Quiz

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.catalogue.files import Folder
    from grader.catalogue.table import Table


class _Common(TypedDict):
    slug: str
    prompt: str
    points: int
    parameters: Mapping[str, Sequence[int]]
    explanation: str
    hint: str


def read_quiz(folder: Folder, file: str, *, slug: str) -> Quiz:
    """Return the quiz in *file*; BadExercise names the file, the key and what to do."""
    table = folder.toml(file)
    questions = tuple(_question(each) for each in table.tables("questions"))
    quiz = Quiz(slug, table.text("title"), questions)
    table.end()
    if not questions:
        raise table.bad("questions", "empty", "write a [[questions]]")
    slugs = [question.slug for question in questions]
    for question in questions:
        if slugs.count(question.slug) > 1:
            raise table.bad("questions", f"slug {question.slug!r} used twice", "give each its own")
    return quiz


def _question(table: Table) -> QuizQuestion:
    kind = table.one_of("kind", Kind)
    common = _Common(
        slug=table.slug("slug"),
        prompt=table.text("prompt"),
        points=table.whole("points", default=1),
        parameters=_parameters(table.table("parameters")),
        explanation=table.text("explanation", default=""),
        hint=table.text("hint", default=""),
    )
    try:
        question = _of_kind(kind, common, table)
    except Invalid as error:
        raise table.bad(error.field or kind.value, str(error), "change the question so that it can be asked") from error
    table.end()
    return question


def _of_kind(kind: Kind, common: _Common, table: Table) -> QuizQuestion:
    match kind:
        case Kind.NUMERIC:
            return NumericQuestion(
                **common,
                answer=_number_or_expression(table, "answer"),
                tolerance=Fraction(table.number("tolerance", default=0)),
                known_wrong=_known_wrong(table),
            )
        case Kind.SHAPE:
            answers = table.texts("answers")
            return ShapeQuestion(
                **common,
                answers=tuple(tuple(answer.split(",")) for answer in answers),
                known_wrong=_known_wrong(table),
            )
        case Kind.SINGLE | Kind.MULTIPLE:
            choices = tuple(_choice(each) for each in table.tables("choices"))
            return ChoiceQuestion(**common, choices=choices, multiple=kind is Kind.MULTIPLE)


def _parameters(table: Table) -> dict[str, list[int]]:
    drawn = {name: table.value(name, list) for name in table.names()}
    for name, values in drawn.items():
        for value in values:
            if not isinstance(value, int) or isinstance(value, bool):
                raise table.bad(name, f"{value!r} is of the wrong type", "give a list of whole numbers")
    return drawn


def _number_or_expression(table: Table, key: str) -> str | Fraction:
    value = table.value(key, object)
    return table.text(key) if isinstance(value, str) else Fraction(table.number(key))


def _known_wrong(table: Table) -> tuple[KnownWrong, ...]:
    found = []
    for each in table.tables("wrong", default=()):
        answer = each.value("answer", object)
        text = str(answer) if isinstance(answer, int) and not isinstance(answer, bool) else each.text("answer")
        found.append(KnownWrong(text, each.text("explanation"), each.texts("same_as", default=())))
        each.end()
    return tuple(found)


def _choice(table: Table) -> Choice:
    choice = Choice(
        table.text("text"),
        right=table.value("right", bool, default=False),
        explanation=table.text("explanation", default=""),
    )
    table.end()
    return choice
