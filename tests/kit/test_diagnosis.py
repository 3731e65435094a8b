"""A belief is told when the answers prove it, not when they agree with it by chance."""

from __future__ import annotations

import pytest
import torch

from grader.domain.errors import StudentFault
from grader.domain.exercise import Misconception
from grader.domain.report import Outcome
from grader.kit.diagnosis import Diagnosis, diagnose
from grader.kit.marking import Expected
from grader.kit.oracle import Said, Tape
from grader.kit.vocabulary import ScenarioCode
from grader.kit.weights import Plan

NAMES = ("a", "b", "c", "d", "e")
CODE = ScenarioCode("s", lambda _subject, _draw: None, is_claim=False, terms=None, otherwise="")
RIGHT = torch.zeros(3)
TAPES = {name: Tape(CODE, b"", Plan(), Expected(RIGHT, RIGHT), (), 16, {}) for name in NAMES}
BELIEFS = {"ones": 1.0, "twos": 2.0}


def belief(name: str, fails: str) -> Misconception:
    return Misconception(name, name, f"hint {name}", frozenset(fails))


def found(failed: dict[str, float], *beliefs: Misconception) -> Diagnosis:
    said = {name: Said(torch.full((3,), float(value))) for name, value in failed.items()}
    return diagnose(beliefs, TAPES, said, lambda m, _scenario: Said(torch.full((3,), BELIEFS[m.name])))


def test_equal_answers_everywhere_prove_it() -> None:
    diagnosis = found({"a": 1, "b": 1}, belief("twos", "ab"), belief("ones", "ab"))
    assert diagnosis.likeliest is not None
    assert diagnosis.likeliest.name == "ones"
    assert {name: m.name for name, m in diagnosis.by_scenario.items()} == {"a": "ones", "b": "ones"}


def test_one_equal_answer_among_others_is_a_coincidence() -> None:
    diagnosis = found({"a": 1, "b": 7, "c": 7, "d": 7}, belief("ones", "ab"))
    assert diagnosis == Diagnosis(None, {})


def test_a_belief_and_one_more_mistake_is_still_told() -> None:
    diagnosis = found({"a": 1, "b": 1, "c": 1, "d": 7}, belief("ones", "abc"))
    assert diagnosis.likeliest is not None
    assert "d" not in diagnosis.by_scenario


def test_who_passes_what_the_belief_fails_does_not_hold_it() -> None:
    assert found({"a": 1}, belief("ones", "abcde")).likeliest is None


def names(diagnosis: Diagnosis) -> dict[str, str]:
    return {scenario: misconception.name for scenario, misconception in diagnosis.by_scenario.items()}


def test_two_beliefs_that_explain_everything_together_are_both_told() -> None:
    diagnosis = found({"a": 1, "b": 1, "c": 2}, belief("ones", "ab"), belief("twos", "c"))
    assert names(diagnosis) == {"a": "ones", "b": "ones", "c": "twos"}
    assert diagnosis.likeliest is not None
    assert diagnosis.likeliest.name == "ones"


def test_where_two_beliefs_meet_the_answer_may_be_neithers() -> None:
    diagnosis = found({"a": 1, "b": 7, "c": 2}, belief("ones", "ab"), belief("twos", "bc"))
    assert names(diagnosis) == {"a": "ones", "c": "twos"}


@pytest.mark.parametrize(
    "failed",
    [
        {"a": 1, "c": 2, "d": 7},  # d is left over
        {"a": 1, "b": 7, "c": 2},  # b is not as the only one who fails it has it
        {"a": 1, "c": 2},  # b is passed
    ],
)
def test_two_beliefs_that_do_not_explain_everything_are_not_told(failed: dict[str, float]) -> None:
    assert found(failed, belief("ones", "ab"), belief("twos", "c")) == Diagnosis(None, {})


def test_a_belief_that_shows_nowhere_alone_is_no_second_one() -> None:
    diagnosis = found({"a": 1, "b": 1, "c": 1, "d": 7}, belief("ones", "abcd"), belief("twos", "d"))
    assert set(names(diagnosis).values()) == {"ones"}


def test_an_equal_fault_fits_but_proves_nothing() -> None:
    fault = Said(fault=StudentFault(Outcome.CRASHED, "RuntimeError: shapes"))
    diagnosis = diagnose([belief("ones", "a")], TAPES, {"a": fault}, lambda _m, _s: fault)
    assert diagnosis.likeliest is None


def test_nobody_else_is_asked_once_everything_is_explained() -> None:
    asked: list[str] = []

    def says(misconception: Misconception, _scenario: str) -> Said:
        asked.append(misconception.name)
        return Said(torch.full((3,), BELIEFS[misconception.name]))

    diagnose([belief("twos", "abcd"), belief("ones", "a")], TAPES, {"a": Said(torch.ones(3))}, says)
    assert asked == ["ones"]
