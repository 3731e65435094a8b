"""What the lesson on normalisation and attention claims, on its page and in its quiz, is computed here with torch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from grader.catalogue import FolderCatalogue
from grader.domain.questions import ChoiceQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

CATALOGUE = FolderCatalogue(Path(__file__).parents[2] / "exercises")
LESSON = "normalisation-and-attention"
HIDING = next(each for each in CATALOGUE.quiz(LESSON, "quiz").questions if each.slug == "hiding-a-key")


def with_last(vector: torch.Tensor, number: float) -> torch.Tensor:
    return torch.cat([vector[:-1], torch.tensor([number])])


# The last key is to be hidden from one query, with scores and values of shape (S,).
WAYS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "Set its score to minus infinity, before the softmax.": lambda s, v: with_last(s, -torch.inf).softmax(0) @ v,
    "Leave its row out of key and value, for this query.": lambda s, v: s[:-1].softmax(0) @ v[:-1],
    "Set its score to 0, before the softmax.": lambda s, v: with_last(s, 0).softmax(0) @ v,
    "Set its weight to 0, after the softmax.": lambda s, v: with_last(s.softmax(0), 0) @ v,
    "Set its value to 0.": lambda s, v: s.softmax(0) @ with_last(v, 0),
    "Subtract 100 from its score, before the softmax.": lambda s, v: with_last(s, s[-1].item() - 100).softmax(0) @ v,
}


def test_a_key_is_hidden_by_the_ways_that_the_quiz_takes_for_right() -> None:
    scores, values = torch.tensor([1.0, -2.0, 0.5, 0.0]), torch.tensor([3.0, 1.0, -4.0, 0.0])
    hidden = [(0.0, 0.0), (0.0, 9.0), (2.0, 9.0), (200.0, 9.0)]  # score and value
    outputs = {
        text: {round(way(with_last(scores, s), with_last(values, v)).item(), 5) for s, v in hidden}
        for text, way in WAYS.items()
    }
    assert isinstance(HIDING, ChoiceQuestion)
    right = {choice.text: choice.right for choice in HIDING.choices}
    assert right == {text: len(found) == 1 for text, found in outputs.items()}


def test_evaluation_changes_nothing_and_nothing_is_remembered() -> None:
    layer, x = nn.LayerNorm(6), torch.randn(2, 4, 6)
    assert torch.equal(layer.train()(x), layer.eval()(x))
    assert list(layer.buffers()) == []
    assert [tuple(buffer.shape) for buffer in nn.BatchNorm1d(6).buffers()] == [(6,), (6,), ()], "a mean per feature"


def test_an_output_does_not_depend_on_the_rest_of_the_batch() -> None:
    layer, x = nn.LayerNorm(6), torch.randn(2, 4, 6)
    assert torch.allclose(layer(x)[:1], layer(x[:1]), atol=1e-6)


def test_eps_makes_a_factor_of_root_two_at_a_variance_as_small_as_itself() -> None:
    x = torch.tensor([-1.0, 1.0]) * 1e-5**0.5
    assert x.var(correction=0).item() == pytest.approx(1e-5)
    assert nn.LayerNorm(2, eps=1e-5)(x).abs().tolist() == pytest.approx([0.5**0.5, 0.5**0.5])
    assert x.std(correction=0).item() == pytest.approx(0.003, abs=5e-4), "as a hint says"


def test_eps_is_nothing_next_to_a_variance_of_one() -> None:
    assert nn.LayerNorm(2, eps=1e-5)(torch.tensor([-1.0, 1.0])).tolist() == pytest.approx([-1, 1], abs=1e-5)


def test_torch_divides_a_variance_by_one_less_unless_told_otherwise() -> None:
    x = torch.tensor([1.0, 2.0, 6.0])
    assert (x.var().item(), x.std().item() ** 2, x.var(correction=0).item()) == pytest.approx((7, 7, 14 / 3))


def test_the_gradient_of_a_vector_sums_to_zero_as_it_flows_through_the_mean() -> None:
    x = torch.randn(3, 6, requires_grad=True)
    nn.LayerNorm(6)(x).backward(torch.randn(3, 6))
    assert x.grad is not None
    assert torch.allclose(x.grad.sum(-1), torch.zeros(3), atol=1e-5)


@pytest.mark.parametrize("d", [4, 64, 256])
def test_a_sum_of_d_products_has_the_variance_d(d: int) -> None:
    draws = torch.Generator().manual_seed(1)
    products = torch.randn(20_000, d, generator=draws) * torch.randn(20_000, d, generator=draws)
    assert products.sum(-1).var().item() == pytest.approx(d, rel=0.1)


def test_without_the_root_of_d_long_vectors_all_but_pick_a_single_key() -> None:
    draws = torch.Generator().manual_seed(1)
    query, key = torch.randn(500, 1, 1024, generator=draws), torch.randn(500, 8, 1024, generator=draws)
    largest = {scale: (query @ key.mT / scale).softmax(-1).amax(-1).median().item() for scale in (1, 32)}
    assert largest[1] > 0.99
    assert largest[32] < 0.6


def test_a_mask_after_the_softmax_loses_nine_tenths_of_the_first_row() -> None:
    kept = torch.tensor([1.0, 2.0, 3.0]).softmax(-1)[0].item()
    assert round(1 - kept, 1) == 0.9


@pytest.mark.parametrize(("hidden_score", "left"), [(0.0, True), (1000.0, False)])
def test_dividing_by_the_new_sum_repairs_only_what_is_left(hidden_score: float, *, left: bool) -> None:
    scores = torch.tensor([1.0, 2.0, hidden_score])
    kept = scores.softmax(0)[:2]
    assert torch.allclose(kept / kept.sum(), scores[:2].softmax(0)) is left
    assert (kept.sum().item() > 0) is left


def test_a_row_that_is_wholly_masked_is_nan_and_nan_spreads() -> None:
    weights = torch.full((2, 3), -torch.inf).softmax(-1)
    assert weights.isnan().all()
    assert (weights @ torch.ones(3, 4)).isnan().all()


def test_a_softmax_of_equal_scores_is_uniform_however_low_they_are() -> None:
    assert torch.full((4,), -1e9).softmax(0).tolist() == [0.25] * 4


def test_causal_and_padding_together_are_a_mask_for_each_sequence() -> None:
    causal = torch.ones(4, 4, dtype=torch.bool).tril()  # (T, T)
    padding = torch.arange(4) < torch.tensor([4, 2, 3])[:, None, None]  # (N, 1, S)
    assert (causal & padding).shape == (3, 4, 4)


def test_float32_has_no_exponential_above_a_score_of_88() -> None:
    assert torch.tensor([88.0, 89.0]).exp().isinf().tolist() == [False, True]
