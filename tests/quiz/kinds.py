"""One question of each kind, for tests that hold for all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.domain.questions import (
    Choice,
    ChoiceQuestion,
    Distractor,
    FormulaQuestion,
    KnownWrong,
    MatchingQuestion,
    Mismatch,
    NumericQuestion,
    OrderingQuestion,
    OutputQuestion,
    Pair,
    ShapeQuestion,
)
from grader.domain.quiz import Quiz, draw

if TYPE_CHECKING:
    from grader.domain.questions import Drawn, Question

WEIGHTS = NumericQuestion(
    "weights",
    "{c_in} to {k}: how many weights?",
    points=2,
    answer="c_in * k",
    parameters={"c_in": [256], "k": [64]},
    known_wrong=(
        KnownWrong("c_in * k + k", "You counted the {k} biases."),
        KnownWrong("9 * c_in * k", "You used a 3×3 kernel."),
    ),
    explanation="Each of {k} filters has {c_in} weights: {c_in * k}.",
    hint="Count one filter first.",
)
RATIO = NumericQuestion(
    "ratio",
    "How many times fewer?",
    answer=Fraction("8.47"),
    tolerance=Fraction("0.05"),
    known_wrong=(KnownWrong("9", "That is the middle convolution alone."),),
)
MEMORY = NumericQuestion(
    "memory",
    "How much memory do {k} weights take?",
    parameters={"k": [1024]},
    answer="k * 4 / 1024",
    unit="KiB",
    known_wrong=(KnownWrong("k * 4 * 8 / 1024", "Those are bits."),),
)
SHAPE = ShapeQuestion(
    "shape",
    "28×28×{c_in}, {k} filters: which shape?",
    answers=(("28", "28", "k"), ("k", "28", "28")),
    parameters={"c_in": [256], "k": [64]},
    known_wrong=(KnownWrong("28, 28, c_in", "The filters set the depth."),),
)
LAYOUT = ShapeQuestion(
    "layout",
    "Which shape, as torch has it?",
    answers=(("c", "28", "14"),),
    layout="CHW",
    parameters={"c": [64]},
    known_wrong=(KnownWrong("c, 14, 28", "Height comes before width."),),
)
ONE = ChoiceQuestion(
    "one",
    "Which?",
    choices=(Choice("right", right=True), Choice("wrong", right=False, explanation="It blends no pixels.")),
    hint="Look at the sum.",
)
MANY = ChoiceQuestion(
    "many",
    "Which?",
    points=3,
    multiple=True,
    choices=(
        *(Choice(f"right {i}", right=True) for i in range(3)),
        Choice("wrong", right=False, explanation="Not this."),
        Choice("wronger", right=False),
    ),
)
FORMULA = FormulaQuestion(
    "formula",
    "How many parameters has a k×k convolution with biases?",
    points=2,
    variables=("k", "C_in", "C_out"),
    answer="k^2 * C_in * C_out + C_out",
    known_wrong=(
        KnownWrong("k^2 * C_in * C_out", "There is a bias for each output channel."),
        KnownWrong("k * C_in * C_out + C_out", "A kernel has two axes."),
    ),
    hint="Count one filter first.",
)
FLOOR = FormulaQuestion(
    "floor",
    "How high is the output, for padding {p}?",
    variables=("H", "k", "s"),
    parameters={"p": [1, 2]},
    answer="floor((H + 2p - k) / s) + 1",
    known_wrong=(KnownWrong("(H + 2p - k) / s + 1", "A size is a whole number."),),
)
ORDER = OrderingQuestion(
    "order",
    "Put the layers of a block in order.",
    points=6,
    items=("1×1 convolution", "batch normalisation", "ReLU", "3×3 convolution"),
    known_wrong=(KnownWrong("1, 3, 2, 4", "Normalise before you rectify."),),
    hint="What may the ReLU see?",
)
MATCHING = MatchingQuestion(
    "matching",
    "How many weights, from {c} to 64 channels?",
    points=3,
    parameters={"c": [256]},
    pairs=(
        Pair("1×1", "{64 * c}"),
        Pair("3×3", "{9 * 64 * c}"),
        Pair("1×1 twice over", "{2 * 64 * c}"),
    ),
    distractors=(Distractor("{25 * 64 * c}", "That would be 5×5."),),
    known_wrong=(Mismatch("3×3", "{2 * 64 * c}", "Three times three is not two."),),
)
OUTPUT = OutputQuestion(
    "output",
    "What is printed?",
    parameters={"k": [2, 3]},
    code="import torch\nx = torch.zeros(1, {k}, 28)\nprint(x.shape)\n",
    answer="torch.Size([1, {k}, 28])",
    also_right=("1, {k}, 28 in all",),
    known_wrong=(KnownWrong("torch.Size([{k}, 28])", "The batch is an axis, too."),),
)
ALL: tuple[Question, ...] = (
    WEIGHTS, RATIO, MEMORY, SHAPE, LAYOUT, ONE, MANY, FORMULA, FLOOR, ORDER, MATCHING, OUTPUT,
)  # fmt: skip
ASKED: dict[str, Drawn] = {question.slug: question for question in draw(Quiz("q", "Q", ALL), "attempt 1")}


def key_of(asked: Drawn, text: str) -> str:
    """Return the key of a choice or an item."""
    shown = asked.shown()
    return next(option.key for option in (*shown.items, *shown.choices) if option.text == text)


def keys(asked: Drawn, *texts: str) -> list[str]:
    """Return the keys of choices or items, in this order."""
    return [key_of(asked, text) for text in texts]
