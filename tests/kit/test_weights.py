"""Whoever names or shapes the parts of a layer otherwise still gets the reference's numbers."""

from __future__ import annotations

import pytest
import torch

from grader.kit.draw import Draw
from grader.kit.weights import Slot, left_alone, match, values


def slot(text: str) -> Slot:
    """Parse "name owner leaf 3x4", a buffer if the name starts with a dot."""
    name, owner, leaf, sizes = text.split()
    shape = tuple(int(size) for size in sizes.split("x") if size != "-")
    dtype = "int64" if leaf == "num_batches_tracked" else "float32"
    return Slot(name.lstrip("."), owner, leaf, is_parameter=not name.startswith("."), dtype=dtype, shape=shape)


def slots(*texts: str) -> list[Slot]:
    return [slot(text) for text in texts]


BLOCK = (
    "a.weight convolution weight 4x8x1x1",
    "b.weight normalisation weight 4",
    "b.bias normalisation bias 4",
    "c.weight convolution weight 8x4x1x1",
    ".b.running_mean normalisation running_mean 4",
    ".b.running_var normalisation running_var 4",
)

MATCHES: list[tuple[str, tuple[str, ...], tuple[str, ...], list[int | None]]] = [
    ("identical", BLOCK, BLOCK, [0, 1, 2, 3, 4, 5]),
    ("other names", BLOCK, tuple(text.replace(".w", ".v").replace("a", "z", 1) for text in BLOCK), [0, 1, 2, 3, 4, 5]),
    ("matrices for kernels", BLOCK[:1], ("w other w 4x8",), [0]),
    ("kernels for matrices", ("w other weight 4x8",), ("c.weight convolution weight 4x8x1x1",), [0]),
    (
        "an extra bias under the norm",
        BLOCK, (BLOCK[0], "a.bias convolution bias 4", *BLOCK[1:]), [0, None, 1, 2, 3, 4, 5],
    ),
    (
        "norm registered first",
        BLOCK, (BLOCK[1], BLOCK[2], BLOCK[0], BLOCK[3], BLOCK[4], BLOCK[5]), [1, 2, 0, 3, 4, 5],
    ),
    (
        "written functionally",
        BLOCK[:4], ("w1 other w1 4x8", "g other g 4", "b other b 4", "w2 other w2 8x4"), [0, 1, 2, 3],
    ),
    ("one missing", BLOCK, (BLOCK[0], BLOCK[3], BLOCK[4], BLOCK[5]), [0, 3, 4, 5]),
    ("transposed", ("w other weight 4x8",), ("w other weight 8x4",), [None]),
    (
        "a parameter for a buffer",
        ("w other w 3", ".m normalisation running_mean 4"), ("m other m 4", "w other w 3"), [None, 0],
    ),
    ("nothing", BLOCK, (), []),
    ("too many of one shape", BLOCK[:1], (BLOCK[0], "d.weight convolution weight 4x8x1x1"), [0, None]),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "own", "expected"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES])
def test_slots_find_their_counterparts(plan: tuple[str, ...], own: tuple[str, ...], expected: list[int | None]) -> None:
    assert match(slots(*plan), slots(*own)) == expected


def test_matched_slots_get_the_same_numbers_in_their_own_shape() -> None:
    plan, own = slots("w convolution weight 4x8x1x1"), slots("v other v 4x8")
    theirs, ours = (values(Draw(b"key"), 0, plan, layer, {})[0] for layer in (plan, own))
    assert (theirs.shape, ours.shape) == ((4, 8, 1, 1), (4, 8))
    assert torch.equal(theirs.flatten(), ours.flatten())


def test_an_extra_slot_disturbs_nobody() -> None:
    plan = slots(*BLOCK)
    own = slots(BLOCK[0], "a.bias convolution bias 4", *BLOCK[1:])
    theirs, ours = values(Draw(b"key"), 0, plan, plan, {}), values(Draw(b"key"), 0, plan, own, {})
    assert all(torch.equal(theirs[index], ours[index + (index > 0)]) for index in theirs)
    assert ours[1].abs().sum() > 0


def test_a_buffer_that_the_reference_does_without_is_the_students() -> None:
    plan = slots("weight other weight 4x8")
    own = slots("weight other weight 4x8", ".scale other scale -", ".norm.running_mean normalisation running_mean 4")
    assert set(values(Draw(b"key"), 0, plan, own, {})) == {0}
    assert left_alone(plan, own) == (1, 2)


def test_a_buffer_that_the_reference_has_is_loaded_under_any_name() -> None:
    plan = slots(".norm.running_mean normalisation running_mean 4")
    own = slots(".mine other mean 4", ".scale other scale -")
    assert set(values(Draw(b"key"), 0, plan, own, {})) == {0}
    assert left_alone(plan, own) == (1,)


def test_counters_are_left_alone() -> None:
    plan = slots(".b.num_batches_tracked normalisation num_batches_tracked -")
    assert values(Draw(b"key"), 0, plan, plan, {}) == {}


def test_variances_and_gains_are_positive() -> None:
    plan = slots("b.weight normalisation weight 1000", ".b.running_var normalisation running_var 1000")
    assert all(float(tensor.min()) > 0 for tensor in values(Draw(b"key"), 0, plan, plan, {}).values())


def test_overrides_count_the_references_parameters() -> None:
    plan = slots(*BLOCK)
    own = slots(BLOCK[0], "a.bias convolution bias 4", *BLOCK[1:])
    found = values(Draw(b"key"), 0, plan, own, {-1: 0.0, 1: torch.full((4,), 2.0)})
    assert found[4].abs().sum() == 0
    assert found[2].tolist() == [2.0] * 4
    assert found[1].abs().sum() > 0


def test_another_load_brings_other_numbers() -> None:
    plan = slots(BLOCK[0])
    assert not torch.equal(values(Draw(b"key"), 0, plan, plan, {})[0], values(Draw(b"key"), 1, plan, plan, {})[0])
