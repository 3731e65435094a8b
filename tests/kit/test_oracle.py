"""What the reference says is taken in double precision, and never where it hangs on rounding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.domain.errors import Internal, StudentFault
from grader.kit import oracle
from grader.kit.vocabulary import ScenarioCode, claim, scenario
from tests.kit.bench import REFERENCE, LocalSession

if TYPE_CHECKING:
    from collections.abc import Callable

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

    with pytest.raises(Internal, match=r"claim has_no_bias \(.* does not hold for the reference: it returned False"):
        record(has_no_bias)


def test_a_scenario_that_the_reference_fails_is_ours() -> None:
    @scenario(points=1, title="")
    def wrong_size(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        return subject.Affine(5)(draw.normal(3, 4))

    with pytest.raises(Internal, match=r"the reference fails scenario wrong_size \(.*: crashed: RuntimeError"):
        record(wrong_size)


def test_a_scenario_that_raises_is_ours() -> None:
    @scenario(points=1, title="")
    def broken(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        del subject, draw
        raise ZeroDivisionError("oh")

    with pytest.raises(
        Internal, match=r"scenario broken \(scenarios.py, line \d+\) fails on the ref.*: ZeroDivisionError: oh"
    ):
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

    with pytest.raises(Internal, match="hangs on rounding in 8 draws: no terms cover that"):
        record(at_the_edge)


def test_terms_that_are_too_few_are_told_with_what_would_cover_it() -> None:
    def hanging(terms: int) -> ScenarioCode:
        @scenario(points=1, title="", terms=terms)
        def long_sum(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
            layer = subject.Affine(3).load(draw)
            return {"sum": layer(draw.normal(50, 3) + 100) - layer(torch.full((50, 3), 100.0))}

        return long_sum

    with pytest.raises(Internal, match=r"it moves by [\d.e-]+, and [\d.e-]+ is safe with terms=1; write") as error:
        record(hanging(1))
    found = re.search(r"write terms=(\d+)", str(error.value))
    assert found
    assert record(hanging(2 * int(found[1]))).terms > 1


RETURNS: dict[str, tuple[Callable[[Subject, Draw], Any], str]] = {
    "nothing": (lambda _s, _d: None, r"it returns None \(is a `return` missing\?\)"),
    "a text": (lambda _s, _d: "float32", "it returns the text 'float32'"),
    "a dtype": (lambda s, d: s.Affine(3)(d.normal(2, 3)).dtype, "it returns a dtype"),
    "a layer": (lambda s, _d: s.Affine(3), "it returns a layer, not what it answers"),
    "a layer in a tuple": (lambda s, _d: (1, [s.Affine(3)]), "it returns a layer"),
    "gradients": (
        lambda s, d: s.Affine(3).gradients(d.normal(2, 3), d.normal(2, 3)),
        "it returns all gradients at once",
    ),
    "inputs": (lambda s, d: s.Affine(3).gradients(d.normal(2, 3), d.normal(2, 3)).inputs, "it returns a container"),
    "a set": (lambda _s, _d: {1, 2}, "it returns a set"),
}


@pytest.mark.parametrize(("drive", "says"), RETURNS.values(), ids=RETURNS)
def test_what_can_not_be_compared_is_told_with_what_can(drive: Callable[[Subject, Draw], Any], says: str) -> None:
    drive.__name__ = "odd"
    line = drive.__code__.co_firstlineno
    with pytest.raises(Internal, match=rf"scenario odd \(scenarios.py, line {line}\): {says}.*return tensors, numbers"):
        record(scenario(points=1, title="")(drive))


def test_a_list_is_a_tuple() -> None:
    @scenario(points=1, title="")
    def two(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        layer = subject.Affine(3).load(draw)
        return [layer(draw.normal(2, 3)), {"a": [1, 2]}]

    answer = record(two).expected.native
    assert (type(answer), answer[1]) == (tuple, {"a": (1, 2)})


def test_a_layer_without_parameters_may_be_loaded_and_is_called_by_keyword() -> None:
    @scenario(points=1, title="")
    def scaled(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        layer = subject.Scaled().load(draw)
        return layer(draw.normal(2), by=3), layer.call_and_inputs(torch.ones(1))

    source = "from torch import nn\nclass Scaled(nn.Module):\n def forward(self, x, by=2):\n  return x.mul_(by)\n"
    (_, (called, after)) = oracle.record_tape(LocalSession(source), scaled, lambda salt: bytes([salt])).expected.native
    assert (called.tolist(), after.tolist()) == ([2.0], [2.0])


def test_gradients_say_how_they_are_read() -> None:
    @scenario(points=1, title="")
    def typo(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        return subject.Affine(3).gradients(draw.normal(2, 3), draw.normal(2, 3)).weight

    with pytest.raises(
        Internal, match=r"AttributeError: gradients have .inputs\[0\] and .parameters\[name\], and no .weight"
    ):
        record(typo)


def test_a_claim_that_is_no_truth_value_is_told_so() -> None:
    @claim(points=1, title="")
    def holds(subject: Subject, draw: Draw) -> Any:  # noqa: ANN401
        del subject, draw
        return torch.tensor(True)

    with pytest.raises(Internal, match=r"it returned tensor\(True\); a claim returns True or False, by bool"):
        record(holds)


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
