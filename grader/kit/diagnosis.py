"""Which misconception the wrong answers prove: the one whose answers they equal, or the two that share them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from grader.kit import marking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from grader.domain.exercise import Misconception
    from grader.kit.oracle import Said, Tape

PROOFS_PER_CONTRADICTION = 2
"""Who holds a belief and made one more mistake is told the belief; who agrees with it here and there is not."""

SLACK = 2.0
"""Student and misconception both round; each may be off by the tolerance."""


@dataclass(frozen=True)
class Diagnosis:
    """*likeliest* explains most of the wrong answers; *by_scenario* names, for each, the belief that it equals.

    Where it takes two beliefs to explain everything, *by_scenario* names both, each where it shows.
    """

    likeliest: Misconception | None
    by_scenario: Mapping[str, Misconception]


@dataclass
class _Case:
    misconception: Misconception
    elsewhere: int  # scenarios that one of student and misconception fails, and the other passes
    proofs: set[str] = field(default_factory=set)
    denials: set[str] = field(default_factory=set)  # scenarios that both fail, each in a way of its own

    @property
    def fails(self) -> frozenset[str]:
        return self.misconception.fails

    @property
    def contradictions(self) -> int:
        return self.elsewhere + len(self.denials)

    @property
    def is_convincing(self) -> bool:
        """Whether a student may be told: a single equal answer among contradictions is a coincidence."""
        return len(self.proofs) > 0 and len(self.proofs) >= PROOFS_PER_CONTRADICTION * self.contradictions


def diagnose(
    misconceptions: Sequence[Misconception],
    tapes: Mapping[str, Tape],
    failed: Mapping[str, Said],
    misconception_says: Callable[[Misconception, str], Said],
) -> Diagnosis:
    """Compare what the student said in the *failed* scenarios with what each misconception says there.

    An equal answer is a proof; an equal fault or claim fits, but proves nothing; anything else contradicts, and so
    does a scenario that one of the two fails and the other passes. If no belief explains everything, two may.
    """
    cases: list[_Case] = []
    for misconception in sorted(misconceptions, key=lambda m: len(m.fails ^ failed.keys())):
        if misconception.fails != failed.keys() and any(case.contradictions == 0 and case.proofs for case in cases):
            break  # who loses other scenarios contradicts; nobody who is still to come can explain more
        if not misconception.fails & failed.keys():
            continue
        cases.append(_examine(misconception, tapes, failed, misconception_says))
    told = [case for case in cases if case.is_convincing]
    if not any(case.contradictions == 0 for case in told):
        told = _best_pair(cases, failed.keys()) or told
    told.sort(key=lambda case: (case.contradictions > 0, -len(case.proofs), case.contradictions))
    by_scenario: dict[str, Misconception] = {}
    for case in told:
        for name in case.proofs:
            by_scenario.setdefault(name, case.misconception)
    return Diagnosis(told[0].misconception if told else None, by_scenario)


def _best_pair(cases: Sequence[_Case], failed: AbstractSet[str]) -> list[_Case]:
    """Return the two cases that explain all failures together, with the most proofs; none when no two do.

    What only one of them fails must be as that one has it, and prove it at least once. What both fail may have become
    anything: there the student's code made both mistakes.
    """
    pairs = [pair for pair in combinations(cases, 2) if _explain(*pair, failed)]
    return list(max(pairs, key=lambda pair: len(pair[0].proofs | pair[1].proofs), default=()))


def _explain(one: _Case, other: _Case, failed: AbstractSet[str]) -> bool:
    return (
        one.fails | other.fails == failed
        and one.denials <= other.fails
        and other.denials <= one.fails
        and bool(one.proofs - other.fails)
        and bool(other.proofs - one.fails)
    )


def _examine(
    misconception: Misconception,
    tapes: Mapping[str, Tape],
    failed: Mapping[str, Said],
    misconception_says: Callable[[Misconception, str], Said],
) -> _Case:
    case = _Case(misconception, len(misconception.fails ^ failed.keys()))
    for name in sorted(misconception.fails & failed.keys()):
        verdict = _compare(tapes[name], failed[name], misconception_says(misconception, name))
        if verdict is not None:
            (case.proofs if verdict else case.denials).add(name)
    return case


def _compare(tape: Tape, student: Said, wrong: Said) -> bool | None:
    """Return True for equal answers, False for different ones, None for what fits but proves nothing."""
    if student.fault is not None or wrong.fault is not None:
        both = student.fault is not None and wrong.fault is not None
        return None if both and _first_line(student) == _first_line(wrong) else False
    if tape.test.is_claim:
        return None
    expected = marking.Expected(wrong.answer, wrong.answer)
    return marking.mark(student.answer, expected, tape.terms, slack=SLACK).passed


def _first_line(said: Said) -> str:
    return said.fault.message.splitlines()[0] if said.fault and said.fault.message else ""
