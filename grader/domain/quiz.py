"""A lesson's quiz: drawing of its questions from a seed, and marking.

The same quiz and seed always draw the same questions, so an attempt stores its seed and not its questions. A
wrong number or choice that a lecturer foresaw is answered with the explanation written for it, and never with
the right answer.
"""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.domain.expression import fill_in
from grader.domain.questions import (
    CHOICE_KEYS,
    Choice,
    ChoiceQuestion,
    NumericQuestion,
    QuizQuestion,
    ShapeQuestion,
    sizes,
)
from grader.domain.reading import read_number, read_shape

UNFORESEEN = "That is not it."


class Kind(enum.Enum):
    """What an answer looks like."""

    NUMERIC = "numeric"
    SHAPE = "shape"
    SINGLE = "single"  # one choice
    MULTIPLE = "multiple"  # any number of choices


@dataclass(frozen=True)
class Quiz:
    """Questions in the order in which they are asked; slugs are unique."""

    slug: str
    title: str
    questions: tuple[QuizQuestion, ...]

    @property
    def max_points(self) -> int:
        """Sum of the questions' points."""
        return sum(question.points for question in self.questions)


@dataclass(frozen=True)
class DrawnChoice:
    """A choice as asked: a student sees *key* and *text*."""

    key: str
    text: str
    right: bool = field(repr=False)
    explanation: str = field(repr=False)


@dataclass(frozen=True)
class DrawnQuestion:
    """A question with numbers in it; a student sees slug, kind, points, prompt, choices' keys and texts."""

    slug: str
    kind: Kind
    points: int
    prompt: str
    explanation: str = field(repr=False)
    hint: str = field(repr=False)
    choices: tuple[DrawnChoice, ...] = ()
    number: Fraction = field(default=Fraction(0), repr=False)
    tolerance: Fraction = field(default=Fraction(0), repr=False)
    shapes: frozenset[tuple[int, ...]] = field(default=frozenset(), repr=False)
    wrong_numbers: Mapping[Fraction, str] = field(default_factory=dict, repr=False)
    wrong_shapes: Mapping[tuple[int, ...], str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Marked:
    """What an answer earned, exactly, and a sentence for the student."""

    points: Fraction
    max_points: int
    correct: bool
    explanation: str


def draw(quiz: Quiz, seed: str) -> tuple[DrawnQuestion, ...]:
    """Return the quiz's questions with parameters and the order of choices drawn by *seed*.

    >>> sizes = {"c_in": [256], "k": [64]}
    >>> weights = NumericQuestion("weights", "{c_in} to {k}?", answer="c_in * k", parameters=sizes)
    >>> draw(Quiz("channels", "Channels", (weights,)), "attempt 1")[0].prompt
    '256 to 64?'
    """
    return tuple(_draw(question, f"{seed}\0{quiz.slug}\0{question.slug}") for question in quiz.questions)


def _draw(question: QuizQuestion, seed: str) -> DrawnQuestion:
    names = {name: values[_hash(seed, "parameter", name) % len(values)] for name, values in question.parameters.items()}
    drawn = DrawnQuestion(
        question.slug,
        _kind(question),
        question.points,
        prompt=fill_in(question.prompt, names),
        explanation=fill_in(question.explanation, names),
        hint=fill_in(question.hint, names),
    )
    match question:
        case ChoiceQuestion():
            return replace(drawn, choices=_shuffled(question.choices, names, seed))
        case NumericQuestion():
            return replace(
                drawn,
                number=question.right(names),
                tolerance=question.tolerance,
                wrong_numbers=question.foreseen(names),
            )
        case ShapeQuestion():
            return replace(
                drawn,
                shapes=frozenset(sizes(shape, names) for shape in question.answers),
                wrong_shapes=question.foreseen(names),
            )


def _kind(question: QuizQuestion) -> Kind:
    match question:
        case NumericQuestion():
            return Kind.NUMERIC
        case ShapeQuestion():
            return Kind.SHAPE
        case ChoiceQuestion():
            return Kind.MULTIPLE if question.multiple else Kind.SINGLE


def _shuffled(choices: tuple[Choice, ...], names: Mapping[str, int], seed: str) -> tuple[DrawnChoice, ...]:
    order = sorted(choices, key=lambda choice: _hash(seed, "choice", choice.text))
    return tuple(
        DrawnChoice(key, fill_in(choice.text, names), choice.right, fill_in(choice.explanation, names))
        for key, choice in zip(CHOICE_KEYS, order, strict=False)
    )


def mark(question: DrawnQuestion, answer: str | Sequence[str] | None) -> Marked:
    """Mark *answer*: a text, or the keys of the chosen choices. Never raises; None is no answer.

    >>> from grader.domain.questions import KnownWrong
    >>> biases = KnownWrong("256 * 64 + 64", "You counted the biases.")
    >>> weights = NumericQuestion("weights", "256 to 64?", answer="256 * 64", known_wrong=(biases,))
    >>> asked, = draw(Quiz("channels", "Channels", (weights,)), "attempt 1")
    >>> mark(asked, "16,384 weights")
    Marked(points=Fraction(1, 1), max_points=1, correct=True, explanation='')
    >>> mark(asked, "16 448").explanation
    'You counted the biases.'
    """
    texts = [answer] if isinstance(answer, str) else list(answer or ())
    texts = [text.strip() for text in texts if text.strip()]
    if not texts:
        return _marked(question, 0, "No answer was given.")
    match question.kind:
        case Kind.SINGLE | Kind.MULTIPLE:
            return _mark_choices(question, texts)
        case Kind.NUMERIC:
            return _mark_number(question, " and ".join(texts))
        case Kind.SHAPE:
            return _mark_shape(question, " and ".join(texts))


def _mark_number(question: DrawnQuestion, text: str) -> Marked:
    number = read_number(text)
    if number is None:
        return _marked(question, 0, "This could not be read as one number. Write it like 1,000 or 0.5.")
    if abs(number - question.number) <= question.tolerance:
        return _marked(question, 1, question.explanation)
    for wrong, explanation in question.wrong_numbers.items():
        if abs(number - wrong) <= question.tolerance:
            return _marked(question, 0, explanation)
    return _marked(question, 0, f"Read as {_shown(number)}. {question.hint or UNFORESEEN}")


def _mark_shape(question: DrawnQuestion, text: str) -> Marked:
    shape = read_shape(text)
    if shape is None:
        ask = "Write it like 3×32×32 or (3, 32, 32)."
        return _marked(question, 0, f"This could not be read as a shape. {ask}")
    if shape in question.shapes:
        return _marked(question, 1, question.explanation)
    unforeseen = f"Read as {'×'.join(map(str, shape))}. {question.hint or UNFORESEEN}"
    return _marked(question, 0, question.wrong_shapes.get(shape, unforeseen))


def _mark_choices(question: DrawnQuestion, texts: list[str]) -> Marked:
    """Each right choice taken earns its share, each wrong one costs as much; never less than nothing."""
    keys = {key for text in texts for key in re.split(r"[\s,;]+", text.lower()) if key}
    if not keys <= {choice.key for choice in question.choices}:
        return _marked(question, 0, f"Answer with letters from a to {question.choices[-1].key}.")
    if question.kind is Kind.SINGLE and len(keys) > 1:
        return _marked(question, 0, "Choose one answer.")
    right = {choice.key for choice in question.choices if choice.right}
    share = Fraction(len(keys & right) - len(keys - right), len(right))
    if share == 1:
        return _marked(question, 1, question.explanation)
    said = [choice.explanation for choice in question.choices if choice.key in keys - right]
    if keys < right:
        said.append("What you chose is right, but something is missing.")
    return _marked(question, share, " ".join(filter(None, said)) or question.hint or UNFORESEEN)


def _marked(question: DrawnQuestion, share: Fraction | int, explanation: str) -> Marked:
    earned = max(Fraction(0), Fraction(share)) * question.points
    return Marked(earned, question.points, correct=share == 1, explanation=explanation)


def _hash(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest())


def _shown(number: Fraction) -> str:
    return f"{number.numerator:,}" if number.denominator == 1 else f"{float(number):g}"
