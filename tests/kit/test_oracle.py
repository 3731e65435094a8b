"""What the reference says is taken in double precision, and never where it hangs on rounding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.domain.errors import Internal, StudentFault
from grader.kit import oracle
from grader.kit.vocabulary import ScenarioCode, claim, scenario
from tests.kit.bench import REFERENCE, LocalSession

if TYPE_CHECKING:
    from grader.kit.draw import Draw
    from grader.kit.subject import Subject


def record(test: ScenarioCode) -> oracle.Tape:
    return oracle.record_tape(LocalSession(REFERENCE), test, lambda salt: bytes([salt]))


def test_expected_answers_are_exact_and_keep_the_dtype() -> None:
    @scenario(points=1, title="")
    def forward(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        return subject.Affine(5).load(draw)(draw.normal(3, 5))

    expected = record(forward).expected
    assert (expected.exact.dtype, expected.native.dtype) == (torch.float64, torch.float32)
    assert torch.allclose(expected.exact.float(), expected.native)


def test_a_claim_that_does_not_hold_for_the_reference_is_ours() -> None:
    @claim(points=1, title="")
    def has_no_bias(subject: Subject, draw: Draw) -> bool:
        del draw
        return len(subject.Affine(5).parameters()) == 1

    with pytest.raises(Internal, match="claim has_no_bias does not hold for the reference: it returned False"):
        record(has_no_bias)


def test_a_scenario_that_the_reference_fails_is_ours() -> None:
    @scenario(points=1, title="")
    def wrong_size(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        return subject.Affine(5)(draw.normal(3, 4))

    with pytest.raises(Internal, match="the reference fails scenario wrong_size: crashed: RuntimeError"):
        record(wrong_size)


def test_a_scenario_that_raises_is_ours() -> None:
    @scenario(points=1, title="")
    def broken(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        del subject, draw
        raise ZeroDivisionError("oh")

    with pytest.raises(Internal, match="scenario broken fails on the reference: ZeroDivisionError: oh"):
        record(broken)


def test_a_draw_whose_answer_hangs_on_rounding_is_not_used() -> None:
    chosen: list[int] = []

    @scenario(points=1, title="")
    def sometimes_at_the_edge(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        chosen.append(draw.integer(0, 1))
        layer = subject.Affine(3).load(draw, overrides={0: 1.0, 1: 0.0})
        return subject.step(layer(torch.full((2, 3), 1.0 if chosen[-1] else 5.0)))

    tape = record(sometimes_at_the_edge)
    assert chosen[-1] == 0
    assert tape.key == bytes([len([edge for edge in chosen if edge]) // _runs_per_draw(chosen)])
    assert tape.expected.native.tolist() == [[1.0] * 3] * 2


def _runs_per_draw(chosen: list[int]) -> int:
    """Every draw is tried equally often: natively, exactly, and moved twice."""
    runs = chosen.count(0)
    assert runs == 4
    return runs


def test_a_scenario_that_always_hangs_on_rounding_is_the_lecturers() -> None:
    @scenario(points=1, title="")
    def at_the_edge(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        layer = subject.Affine(3).load(draw, overrides={0: 1.0, 1: 0.0})
        return subject.step(layer(torch.ones(2, 3)))

    with pytest.raises(Internal, match="hangs on rounding in 8 draws"):
        record(at_the_edge)


def test_who_is_listened_to_may_fail() -> None:
    @scenario(points=1, title="")
    def forward(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        return subject.Affine(5).load(draw)(draw.normal(3, 5))

    tape = record(forward)
    said = oracle.listen(LocalSession("def Affine(n):\n    raise ValueError('no')\n"), tape)
    assert isinstance(said.fault, StudentFault)
    assert said.fault.message.startswith("ValueError: no")


def test_a_key_depends_on_each_of_its_parts() -> None:
    keys = {
        oracle.key_of(b"secret", "seed", "hash", "name", 0),
        oracle.key_of(b"secre7", "seed", "hash", "name", 0),
        oracle.key_of(b"secret", "seee", "hash", "name", 0),
        oracle.key_of(b"secret", "seed", "hasi", "name", 0),
        oracle.key_of(b"secret", "seed", "hash", "namf", 0),
        oracle.key_of(b"secret", "seed", "hash", "name", 1),
    }
    assert len(keys) == 6
