"""One scenario's verdict on a student's code: the outcome, whose fault it is, and what may be told to whom."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.domain.errors import Internal, StudentFault
from grader.domain.exercise import Visibility
from grader.domain.report import CheckResult, Outcome
from grader.kit import marking, oracle, words
from grader.kit.exchange import Precision, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.exercise import Scenario
    from grader.ports import Session

MESSAGE_LIMIT = 4000
"""Characters of one message: it quotes names, kinds and texts of the student's choice."""

OURS = "Something on our side failed; this costs you nothing and is tried again."


@dataclass(frozen=True)
class _Verdict:
    """*message* may hold the student's words and expected values; *brief* holds neither."""

    outcome: Outcome
    message: str = ""
    brief: str = ""
    staff: str = ""
    tell: Callable[[], Mapping[str, object]] = dict  # the numbers; none are computed for who is never told


def check(
    session: Session, scenario: Scenario, tape: oracle.Tape, ask_reference: Callable[[oracle.Tape], Sequence[Any]]
) -> tuple[CheckResult, oracle.Said]:
    """Run one scenario on the student's code and judge it.

    *ask_reference* returns what the reference answers to each question of a tape, `oracle.NEVER_TWICE` where it
    answers something else each time.
    """
    started = time.monotonic()
    record = Record()
    try:
        answer = oracle.drive(session, tape, Precision(), record)
        said, verdict = oracle.Said(answer), _judge(tape, answer)
    except StudentFault as fault:
        said, verdict = oracle.Said(fault=fault), _of_fault(fault)
        record.printed += fault.printed if fault.printed not in record.printed else ""
    except Internal as error:
        said, verdict = oracle.Said(), _Verdict(Outcome.INTERNAL, OURS, OURS, str(error))
    except Exception as error:  # noqa: BLE001 - a scenario may trip over odd answers, or have a fault of its own
        said, verdict = _tripped(tape, record, error, ask_reference)
    return _result(scenario, verdict, record.printed, time.monotonic() - started), said


def _result(scenario: Scenario, verdict: _Verdict, printed: str, seconds: float) -> CheckResult:
    is_public = scenario.visibility is Visibility.PUBLIC
    is_told_some_day = scenario.visibility is not Visibility.HIDDEN
    passed = verdict.outcome is Outcome.PASSED
    more_for_staff = verdict.message if not is_public and verdict.message != verdict.brief else ""
    return CheckResult(
        name=scenario.name,
        title=scenario.title,
        points=scenario.points if passed else 0,
        max_points=scenario.points,
        outcome=verdict.outcome,
        message=_shortened(verdict.message if is_public else verdict.brief),
        staff_message=_shortened("\n".join(filter(None, (verdict.staff, more_for_staff)))),
        visibility=scenario.visibility,
        printed=printed if is_told_some_day else "",
        detail=verdict.tell() if is_told_some_day else {},
        seconds=seconds,
    )


def _judge(tape: oracle.Tape, answer: object) -> _Verdict:
    if tape.test.is_claim:
        return _Verdict(Outcome.PASSED) if answer is True else _wrong(tape.test.otherwise, tape.test.otherwise)
    result = marking.mark(answer, tape.expected, tape.terms)
    if result.passed:
        return _Verdict(Outcome.PASSED)
    return _Verdict(Outcome.WRONG, result.message, result.brief, tell=result.tell)


def _wrong(message: str, brief: str, staff: str = "") -> _Verdict:
    return _Verdict(Outcome.WRONG, message, brief, staff)


def _of_fault(fault: StudentFault) -> _Verdict:
    return _Verdict(fault.outcome, fault.message, fault.brief, fault.staff_message)


def _tripped(
    tape: oracle.Tape,
    record: Record,
    error: Exception,
    ask_reference: Callable[[oracle.Tape], Sequence[Any]],
) -> tuple[oracle.Said, _Verdict]:
    """Decide whose fault it is that a scenario raised.

    It did not raise on the reference. If one of the student's answers had another form than the reference's, or other
    numbers, that is why. If all were the reference's, the scenario is at fault, and the student must not pay.
    """
    staff = "".join(traceback.format_exception(error))
    verdict = _other_form(tape, record, staff) or _other_numbers(tape, record, staff, ask_reference)
    if verdict is None:
        return oracle.Said(), _Verdict(Outcome.INTERNAL, OURS, OURS, staff)
    return oracle.Said(fault=StudentFault(verdict.outcome, verdict.message)), verdict


def _other_form(tape: oracle.Tape, record: Record, staff: str) -> _Verdict | None:
    for got, answer, expected in zip(record.forms, record.answers, tape.forms, strict=False):
        if got != expected:
            message, brief = (
                f"Your code answered {told}, where {expected} was expected."
                for told in (got, "something else" if words.has_words(answer) else got)
            )
            return _wrong(message, brief, staff)
    return None


def _other_numbers(
    tape: oracle.Tape, record: Record, staff: str, ask_reference: Callable[[oracle.Tape], Sequence[Any]]
) -> _Verdict | None:
    try:
        right = ask_reference(tape)
    except Exception as error:  # noqa: BLE001 - then the fault is ours for sure
        return _Verdict(Outcome.INTERNAL, OURS, OURS, f"{staff}\nand the reference: {error}")
    for got, expected in zip(record.answers, right, strict=False):
        if expected is oracle.NEVER_TWICE:
            continue
        result = oracle.agree(got, expected, max(tape.terms, record.largest_fan_in))
        if not result.passed:
            lead = "The test could not go on with your code's answer."
            return _wrong(f"{lead} {result.message}", f"{lead} {result.brief}", staff)
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= MESSAGE_LIMIT else text[:MESSAGE_LIMIT] + " …"
