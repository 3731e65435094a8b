"""What the quizzes take for right is computed here from torch's own layers, for every draw of the parameters."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from torch import nn

from grader.catalogue import FolderCatalogue
from grader.domain.expression import evaluate
from grader.domain.questions import FormulaQuestion, Kind
from grader.domain.questions.common import Dice
from grader.domain.quiz import mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.questions import Drawn

CATALOGUE = FolderCatalogue(Path(__file__).parents[2] / "exercises")
QUIZZES = [quiz for lesson in CATALOGUE.lessons() for quiz in CATALOGUE.quizzes(lesson)]
QUESTIONS = {question.slug: question for quiz in QUIZZES for question in quiz.questions}


def count(layer: nn.Module) -> int:
    return sum(parameter.numel() for parameter in layer.parameters())


def weights(c_in: int, k: int, size: int = 1) -> int:
    return count(nn.Conv2d(c_in, k, size, bias=False))


def block(c: int, b: int) -> int:
    return weights(c, b) + weights(b, b, 3) + weights(b, c)


def shape(layer: nn.Module, *size: int) -> str:
    return "×".join(map(str, layer(torch.zeros(size)).shape))


def strided(c: int, k: int) -> str:
    _, channels, *sides = nn.Conv2d(c, k, 3, stride=2, padding=1)(torch.zeros(1, c, 28, 28)).shape
    return "×".join(map(str, (*sides, channels)))


def inception(a: int, b: int) -> str:
    outs = [nn.Conv2d(192, k, 1)(torch.zeros(1, 192, 28, 28)) for k in (a, b, 32, 32)]
    return "×".join(map(str, torch.cat(outs, dim=1).shape))


def means(n: int, t: int, f: int) -> int:
    _, means, _ = torch.native_layer_norm(torch.zeros(n, t, f), [f], None, None, 1e-5)
    return means.numel()


def scores(n: int, t: int, s: int) -> str:
    return "×".join(map(str, (torch.zeros(n, t, 16) @ torch.zeros(n, s, 16).mT).shape))


def causal_weight(s: int, t: int) -> float:
    causal = torch.ones(s, s, dtype=torch.bool).tril()
    return torch.zeros(s, s).masked_fill(~causal, -torch.inf).softmax(-1)[t, 0].item()


NUMBERS_AND_SHAPES: dict[str, Callable[..., object]] = {
    "places": lambda s: nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, s, s)).shape[-1],
    "one-filter": lambda c: weights(c, 1, 3),
    "shape-after-stride": strided,
    "weights": weights,
    "bottleneck": block,
    "shape-in-pytorch": lambda c, k: shape(nn.Conv2d(c, k, 1), 2, c, 14, 14),
    "narrow-and-wide": lambda c, b: weights(c, c, 3) // weights(b, b, 3),
    "block-against-one": lambda: round(weights(256, 256, 3) / block(256, 64), 1),
    "reduced-branch": lambda c, r, o: weights(c, r) + weights(r, o, 5),
    "concatenated": inception,
    "how-many-means": means,
    "scores": scores,
    "causal-weights": causal_weight,
}


def draws(*kinds: Kind) -> list[Any]:
    return [
        pytest.param(question.drawn(names, Dice("any")), names, id=f"{slug}-{names}")
        for slug, question in QUESTIONS.items()
        if question.kind in kinds
        for names in question.draws()
    ]


@pytest.mark.parametrize(("question", "names"), draws(Kind.NUMERIC, Kind.SHAPE))
def test_a_number_or_shape_is_what_torch_has(question: Drawn, names: dict[str, int]) -> None:
    assert mark(question, str(NUMBERS_AND_SHAPES[question.slug](**names))).correct


@pytest.mark.parametrize(("question", "names"), draws(Kind.OUTPUT))
def test_an_output_is_what_the_code_prints(question: Drawn, names: dict[str, int]) -> None:
    assert all(str(value) in question.shown().code for value in names.values())
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(question.shown().code, {})  # noqa: S102 - our own lesson
    assert mark(question, printed.getvalue()).correct


def with_biases(size: int, c_in: int, c_out: int) -> int:
    return count(nn.Conv2d(c_in, c_out, size))


FORMULAS = [
    ("parameters-of-a-convolution", {"F": 3, "C_in": 7, "C_out": 5}, with_biases(3, 7, 5)),
    ("parameters-of-a-convolution", {"F": 5, "C_in": 2, "C_out": 11}, with_biases(5, 2, 11)),
    ("weights-of-a-bottleneck", {"C": 256, "B": 64}, block(256, 64)),
    ("weights-of-a-bottleneck", {"C": 30, "B": 7}, block(30, 7)),
]


@pytest.mark.parametrize(("slug", "sizes", "counted"), FORMULAS)
def test_a_formula_counts_what_torch_has(slug: str, sizes: dict[str, int], counted: int) -> None:
    question = QUESTIONS[slug]
    assert isinstance(question, FormulaQuestion)
    assert set(question.variables) == sizes.keys()
    assert evaluate(question.answer.replace("^", "**"), sizes) == counted


def test_a_stride_of_two_leaves_three_quarters_of_the_positions_out() -> None:
    image = torch.zeros(1, 64, 8, 8, requires_grad=True)
    projection = nn.Conv2d(64, 128, 1, stride=2, bias=False)
    assert count(projection) == 8192
    projection(image).sum().backward()
    assert image.grad is not None
    assert (image.grad[0].abs().sum(0) == 0).double().mean() == 0.75


def test_two_layers_with_nothing_between_are_one_of_low_rank() -> None:
    first, second = nn.Linear(64, 16, bias=False), nn.Linear(16, 64, bias=False)
    assert torch.linalg.matrix_rank(second.weight @ first.weight) == 16


def test_a_slug_names_one_question() -> None:
    assert len(QUESTIONS) == sum(len(quiz.questions) for quiz in QUIZZES)


def test_every_number_and_shape_is_computed() -> None:
    kinds = (Kind.NUMERIC, Kind.SHAPE)
    assert {slug for slug, question in QUESTIONS.items() if question.kind in kinds} == NUMBERS_AND_SHAPES.keys()
