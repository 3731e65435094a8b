"""What an answer to a quiz's question shows of its student: what it earned, and which mistake it makes.

Numbers and orders are drawn for each attempt; here, answers are alike when they come from the same thought, whatever
was drawn: the same choices of the lecturer's file, the same explanation of a wrong answer that was foreseen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from grader.domain.expression import fill_in, spelled
from grader.domain.inert import inert
from grader.domain.questions import Kind, pairs_in
from grader.domain.questions.choice import ChoiceQuestion, DrawnChoices
from grader.domain.questions.common import KEYS, Dice, keys_in
from grader.domain.questions.formula import FormulaQuestion
from grader.domain.questions.matching import DrawnMatching, MatchingQuestion
from grader.domain.questions.numeric import DrawnNumeric, NumericQuestion
from grader.domain.questions.ordering import DrawnOrdering, OrderingQuestion
from grader.domain.questions.output import OutputQuestion
from grader.domain.questions.shape import DrawnShape, ShapeQuestion, written
from grader.domain.quiz import complaint, mark, seed_of
from grader.domain.reading import read_shape
from grader.domain.statistics import Response
from grader.domain.units import read_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.questions import Answer, Drawn, Question
    from grader.domain.quiz import Quiz

LONGEST = 200
"""Characters of an answer that are shown among others."""

_Key: TypeAlias = "tuple[str, ...]"
_Asked: TypeAlias = "tuple[str | int, ...]"
"""What a seed decided that matters for marking: the order, where there is one, and the numbers."""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer; *key* is the same for the same thought, and for all whose form is not understood (not *is_read*).

    *said* is the answer as people read it, *why* the lecturer's explanation with this attempt's numbers, empty for an
    answer that nobody foresaw. *asked* is the question of such a one, where its numbers vary.
    """

    key: _Key
    said: str
    why: str = ""
    asked: str = ""
    is_read: bool = True


Look: TypeAlias = "tuple[Response, Mistake | None]"
"""What an answer earned, and its mistake; one that is right or missing makes none."""


class Reader:
    """Reads a class's answers to one question of a quiz; what is asked and answered alike is marked once."""

    def __init__(self, quiz: Quiz, question: Question) -> None:
        self._quiz, self._question = quiz, question
        self._drawn: dict[_Asked, Drawn] = {}
        self._looks: dict[tuple[_Asked, tuple[str, ...]], Look] = {}

    def look(self, seed: str, answer: Answer | None) -> Look:
        """Return what *answer* in an attempt with *seed* shows."""
        seed = seed_of(self._quiz, self._question, seed)
        names = self._question.names(seed)
        asked: _Asked = (seed if self._question.is_ordered else "", *names.values())
        if asked not in self._drawn:
            self._drawn[asked] = self._question.drawn(names, Dice(seed, self._quiz.policy.shuffle_choices))
        key = asked, tuple(_texts(answer))
        if key not in self._looks:
            partial_credit = self._quiz.policy.partial_credit
            self._looks[key] = look(self._question, self._drawn[asked], answer, partial_credit=partial_credit)
        return self._looks[key]


def look(question: Question, drawn: Drawn, answer: Answer | None, *, partial_credit: bool) -> Look:
    """Return what *answer* to *question*, as it was *drawn*, shows."""
    marked = mark(drawn, answer, partial_credit=partial_credit)
    texts = _texts(answer)
    chosen = drawn.chosen(texts) if isinstance(drawn, DrawnChoices) else ()
    response = Response(marked.points, marked.max_points, frozenset(map(str, chosen)))
    return response, None if marked.correct or not texts else _mistake(question, drawn, texts, marked.explanation)


def letter(number: int) -> str:
    """Return how pages call a choice by its number in the lecturer's file.

    >>> letter(1), letter(3)
    ('A', 'C')
    """
    return KEYS[number - 1].upper()


def _mistake(question: Question, drawn: Drawn, texts: Sequence[str], explanation: str) -> Mistake:
    said = _readable(drawn, texts)
    found = [told for told in _foreseen(question) if _is_told(fill_in(told, drawn.names), drawn, explanation)]
    if found:
        return Mistake(("foreseen", *found), said, "\n".join(fill_in(told, drawn.names) for told in found))
    if complaint(drawn, list(texts)) is not None:
        return Mistake(("not read",), said, is_read=False)
    asked = drawn.prompt if question.is_varied and not isinstance(drawn, DrawnChoices) else ""
    return Mistake(("as said", asked, said), said, asked=asked)


def _foreseen(question: Question) -> Sequence[str]:
    """Return the explanations of wrong answers as the lecturer wrote them; a choice's stand beside the choice."""
    match question:
        case MatchingQuestion():
            known = [wrong.explanation for wrong in question.known_wrong]
            known += [distractor.explanation for distractor in question.distractors]
        case NumericQuestion() | ShapeQuestion() | FormulaQuestion() | OrderingQuestion() | OutputQuestion():
            known = [wrong.explanation for wrong in question.known_wrong]
        case _:
            known = []
    return list(dict.fromkeys(filter(None, known)))


def _is_told(told: str, drawn: Drawn, explanation: str) -> bool:
    return told in explanation if drawn.kind is Kind.MATCHING else told == explanation


def _readable(drawn: Drawn, texts: Sequence[str]) -> str:
    """Return an answer so that it says the same whatever was drawn, and nothing obeys it."""
    text = _spelled(drawn, texts) or " ".join(texts)
    return inert(text if len(text) <= LONGEST else text[:LONGEST] + "…", kept="\n\t")


def _spelled(drawn: Drawn, texts: Sequence[str]) -> str:
    """Return the answer in one spelling, empty for one that has none."""
    match drawn:
        case DrawnChoices():
            return ", ".join(letter(number) for number in sorted(drawn.chosen(texts)))
        case DrawnNumeric():
            number = read_quantity(" and ".join(texts), drawn.unit)
            return "" if number is None else f"{spelled(number)} {drawn.unit}".strip()
        case DrawnShape():
            shape = read_shape(" and ".join(texts))
            return "" if shape is None else written(shape)
        case DrawnOrdering():
            names = {item.key: item.text for item in drawn.items}
            return " → ".join(names[key] for key in keys_in(texts, list(names)) or ())
        case DrawnMatching():
            return _wrong_pairs(drawn, texts)
        case _:
            return ""


def _wrong_pairs(drawn: DrawnMatching, texts: Sequence[str]) -> str:
    found = pairs_in(texts, drawn.items, drawn.choices) or {}
    items = {item.key: item.text for item in drawn.items}
    choices = {choice.key: choice.text for choice in drawn.choices}
    pairs = [(items[item], choices[choice]) for item, choice in found.items() if drawn.matches[item] != choice]
    return "; ".join(f"{item} → {choice}" for item, choice in sorted(pairs))


def _texts(answer: Answer | None) -> list[str]:
    texts = [answer] if isinstance(answer, str) else list(answer or ())
    return [text.strip() for text in texts if text.strip()]


def choices_of(question: Question) -> dict[str, bool]:
    """Return a question's choices by their numbers, and which are right; empty where nothing is to be chosen."""
    if not isinstance(question, ChoiceQuestion):
        return {}
    return {str(number): choice.right for number, choice in enumerate(question.choices, start=1)}
