"""Expected answers: what the reference and the misconceptions say to a scenario's secret draws.

They run in guests of their own, in the jail, like a student's code; no student's process ever holds them. Answers are
kept per secret seed, so a warm worker spends its time on the student.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.domain.errors import Internal, StudentFault
from grader.domain.report import Outcome
from grader.kit import marking, returned
from grader.kit.draw import Draw
from grader.kit.exchange import Exchange, Precision, Record
from grader.kit.subject import Subject
from grader.kit.weights import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from grader.kit.vocabulary import ScenarioCode
    from grader.ports import Session

SAFE_SHARE = 0.5
"""Share of the tolerance that the reference's own rounding, and moved inputs, may use up."""

SALTS = 8
"""Draws that are tried until one does not hang on rounding."""

NEVER_TWICE = object()
"""Stands for an answer that the reference gives another way each time: of a layer that starts at random."""

NATIVE_SLACK = 10.0
"""Widens the tolerance between two that both round."""

_NATIVE = Precision()
_EXACT = Precision(exact=True)
_MOVED = (Precision(exact=True, jitter=1), Precision(exact=True, jitter=2))


@dataclass(frozen=True)
class Tape:
    """A scenario on one seed: what the reference said, and all that is needed to ask somebody else the same."""

    test: ScenarioCode
    key: bytes
    plan: Plan
    expected: marking.Expected
    forms: tuple[str, ...]
    terms: int
    kept: dict[str, torch.Tensor] = field(repr=False)  # numbers drawn once, for all


@dataclass(frozen=True)
class Said:
    """What a subject answered to a scenario: an answer, or a fault."""

    answer: Any = None
    fault: StudentFault | None = None

    def __post_init__(self) -> None:
        """Take the fault's traceback away: its frames hold all that the run held, and this is kept."""
        if self.fault is not None:
            self.fault.__traceback__ = self.fault.__context__ = self.fault.__cause__ = None


@dataclass
class SeedTapes:
    """All tapes of an exercise on one seed, and what the misconceptions said to them, filled when needed."""

    seed_id: str
    tapes: dict[str, Tape]
    of: tuple[str, str]  # content hash and seed
    said: dict[tuple[str, str], Said] = field(default_factory=dict)  # (misconception, scenario)
    uses: int = 0


def drive(session: Session, tape: Tape, precision: Precision, record: Record) -> Any:  # noqa: ANN401 - an answer
    """Run a taped scenario on whoever *session* holds."""
    return _drive(session, tape.test, Draw(tape.key, tape.kept), tape.plan, precision, record)


def _drive(  # noqa: PLR0917 - a private shorthand
    session: Session, test: ScenarioCode, draw: Draw, plan: Plan, precision: Precision, record: Record
) -> Any:  # noqa: ANN401
    session.begin()
    subject = Subject(Exchange(session, plan, precision, record))
    answer = returned.tidy(test.drive(subject, draw))
    subject.finish_scenario()
    return answer


def key_of(secret: bytes, seed_id: str, content_hash: str, scenario: str, salt: int) -> bytes:
    """Derive a scenario's secret key; knowing *seed_id* without *secret* tells nothing."""
    text = "\0".join([seed_id, content_hash, scenario, str(salt)]).encode()
    return hmac.new(secret, text, hashlib.sha256).digest()


def record_tape(session: Session, test: ScenarioCode, key_for_salt: Callable[[int], bytes]) -> Tape:
    """Run *test* on the reference in *session* until a draw is found that does not hang on rounding.

    Internal when the reference fails, breaks its own claim, answers what can't be compared, or every draw hangs on
    rounding.
    """
    tried: list[returned.Excess] = []
    try:
        while len(tried) < SALTS:
            found = _record(session, test, key_for_salt(len(tried)))
            if isinstance(found, Tape):
                return found
            tried.append(found)
    except StudentFault as fault:
        told = f"{fault.outcome.value}: {fault.message}"
        raise Internal(f"the reference fails scenario {test.place(fault)}: {told}") from fault
    except Internal:
        raise
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise Internal(f"scenario {test.place(error)} fails on the reference: {told}") from error
    told = min(tried, key=lambda each: each.ratio).told
    raise Internal(f"scenario {test.place()}: the reference's answer hangs on rounding in {SALTS} draws: {told}")


def _record(session: Session, test: ScenarioCode, key: bytes) -> Tape | returned.Excess:
    """Return the tape of one draw, or how much its answer hangs on rounding."""
    plan, record = Plan(), Record()
    kept: dict[str, torch.Tensor] = {}
    native = _drive(session, test, Draw(key, kept, fills=True), plan, _NATIVE, record)
    plan.is_complete = True
    exact = _drive(session, test, Draw(key, kept), plan, _EXACT, Record())
    expected = marking.Expected(exact, native)
    if test.is_claim:  # compares answers with each other, so moving each by itself would tell nothing
        _hold(test, native, exact)
        return Tape(test, key, plan, expected, tuple(record.forms), 1, kept)
    if complaint := returned.complaint(native):
        raise Internal(f"scenario {test.place()}: {complaint}")
    terms = test.terms or record.largest_fan_in
    moved = [_drive(session, test, Draw(key, kept), plan, precision, Record()) for precision in _MOVED]
    near = [native, *(marking.as_native(answer, native) for answer in moved)]
    if all(marking.mark(answer, expected, terms, slack=SAFE_SHARE).passed for answer in near):
        return Tape(test, key, plan, expected, tuple(record.forms), terms, kept)
    return returned.excess(near, expected, terms, share=SAFE_SHARE)


def _hold(test: ScenarioCode, *answers: Any) -> None:  # noqa: ANN401 - a claim's answers
    if any(answer is not True for answer in answers):
        got = next(answer for answer in answers if answer is not True)
        remedy = "" if got is False else "; a claim returns True or False, by bool(…) say"
        raise Internal(f"claim {test.place()} does not hold for the reference: it returned {got!r:.200}{remedy}")


def retell(session: Session, tape: Tape) -> list[Any]:
    """Return what *session*'s code, the reference, answers to each of the tape's questions, or NEVER_TWICE."""
    first, second = Record(), Record()
    for record in (first, second):
        drive(session, tape, _NATIVE, record)
    return [
        one if agree(one, other, max(tape.terms, first.largest_fan_in)).passed else NEVER_TWICE
        for one, other in zip(first.answers, second.answers, strict=True)
    ]


def agree(got: Any, other: Any, terms: int) -> marking.Mark:  # noqa: ANN401 - decoded answers
    """Compare two answers that were both computed in the scenario's own dtypes."""
    return marking.mark(got, marking.Expected(other, other), terms, slack=NATIVE_SLACK)


def listen(session: Session, tape: Tape) -> Said:
    """Ask *session*'s code the taped scenario and keep whatever comes."""
    record = Record()
    try:
        return Said(drive(session, tape, _NATIVE, record))
    except StudentFault as fault:
        return Said(fault=fault)
    except Internal:
        raise
    except Exception as error:  # noqa: BLE001 - a scenario may trip over a wrong solution's odd answers
        return Said(fault=StudentFault(Outcome.WRONG, f"{type(error).__name__}: {error}"))
