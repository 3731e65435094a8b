"""One question of a quiz, read and validated: what all kinds have, then what its own kind has."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypedDict

from grader.catalogue.table import said
from grader.domain.errors import Invalid
from grader.domain.questions import (
    Choice,
    ChoiceQuestion,
    Distractor,
    FormulaQuestion,
    Kind,
    KnownWrong,
    MatchingQuestion,
    Mismatch,
    NumericQuestion,
    OrderingQuestion,
    OutputQuestion,
    Pair,
    Question,
    ShapeQuestion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.catalogue.table import Table


class _Common(TypedDict):
    slug: str
    prompt: str
    points: int
    parameters: Mapping[str, Sequence[int]]
    explanation: str
    hint: str


def read_question(table: Table) -> Question:
    """Return the question in *table*; BadExercise names the line, the key and what to do."""
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
        raise table.bad(error.field or "kind", str(error), "change the question so that it can be asked") from error
    table.end()
    return question


def _of_kind(kind: Kind, common: _Common, table: Table) -> Question:
    match kind:
        case Kind.NUMERIC:
            return NumericQuestion(
                **common,
                answer=_number_or_expression(table, "answer"),
                tolerance=_number_or_expression(table, "tolerance") if table.has("tolerance") else Fraction(0),
                unit=table.text("unit", default=""),
                known_wrong=_known_wrong(table),
            )
        case Kind.SHAPE:
            return ShapeQuestion(
                **common,
                answers=tuple(tuple(answer.split(",")) for answer in table.texts("answers")),
                layout=table.text("layout", default=""),
                any_layout=table.value("any_layout", bool, default=False),
                known_wrong=_known_wrong(table),
            )
        case Kind.SINGLE | Kind.MULTIPLE:
            choices = tuple(_choice(each) for each in table.tables("choices"))
            return ChoiceQuestion(**common, choices=choices, multiple=kind is Kind.MULTIPLE)
        case Kind.FORMULA:
            return FormulaQuestion(
                **common,
                answer=table.text("answer"),
                variables=table.texts("variables"),
                known_wrong=_known_wrong(table),
            )
        case Kind.ORDERING:
            return OrderingQuestion(**common, items=table.texts("items"), known_wrong=_known_wrong(table))
        case Kind.MATCHING:
            return _matching(common, table)
        case Kind.OUTPUT:
            return OutputQuestion(
                **common,
                code=table.text("code"),
                answer=table.text("answer"),
                also_right=table.texts("also_right", default=()),
                known_wrong=_known_wrong(table),
            )


def _matching(common: _Common, table: Table) -> MatchingQuestion:
    pairs, wrong = [], []
    for each in table.tables("pairs"):
        pairs.append(Pair(each.text("item"), each.text("match")))
        each.end()
    for each in table.tables("wrong", default=()):
        wrong.append(Mismatch(each.text("item"), each.text("match"), each.text("explanation")))
        each.end()
    return MatchingQuestion(**common, pairs=tuple(pairs), distractors=_distractors(table), known_wrong=tuple(wrong))


def _distractors(table: Table) -> tuple[Distractor, ...]:
    """Return the distractors: texts, or tables with an explanation."""
    given = table.value("distractors", list, default=[])
    if all(isinstance(each, str) for each in given):
        return tuple(Distractor(text) for text in table.texts("distractors", default=()))
    found = []
    for each in table.tables("distractors"):
        found.append(Distractor(each.text("text"), each.text("explanation", default="")))
        each.end()
    return tuple(found)


def _parameters(table: Table) -> dict[str, list[int]]:
    drawn = {name: table.value(name, list) for name in table.names()}
    for name, values in drawn.items():
        for number, value in enumerate(values, start=1):
            if not isinstance(value, int) or isinstance(value, bool):
                raise table.bad(
                    f"{name}[{number}]", f"{said(value)} is of the wrong type", "give a list of whole numbers"
                )
    return drawn


def _number_or_expression(table: Table, key: str) -> str | Fraction:
    value = table.value(key, object)
    return table.text(key) if isinstance(value, str) else Fraction(table.number(key))


def _known_wrong(table: Table) -> tuple[KnownWrong, ...]:
    found = []
    for each in table.tables("wrong", default=()):
        answer = _number_or_expression(each, "answer")
        found.append(KnownWrong(str(answer), each.text("explanation"), each.texts("same_as", default=())))
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
