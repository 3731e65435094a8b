"""A guest's account of an exception: the student's words where a test is public, ours where it is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.report import Outcome
from grader.sandbox import account

if TYPE_CHECKING:
    from grader.domain.errors import StudentFault

SOURCE = "import torch\ndef forward(x):\n    return x @ x\n"
SECRET = "0.123456"  # noqa: S105 - what a guest may have seen


def told(**notes: Any) -> StudentFault:  # noqa: ANN401 - whatever a guest says
    return account.fault(
        {"type": "ValueError", "message": SECRET, "sort": "crashed", "lines": [], **notes}, SOURCE, printed=""
    )


def test_a_crash_names_exception_message_and_line() -> None:
    fault = told(lines=[[3, "anything"]])
    assert fault.message == f"ValueError: {SECRET}\n  line 3: return x @ x"
    assert fault.brief == "ValueError was raised.\n  line 3: return x @ x"


@pytest.mark.parametrize("between", ["\f", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"])
def test_lines_are_counted_as_python_counts_them(between: str) -> None:
    source = f"import torch\r\n# a comment{between}that goes on\rx = 1 / 0\n"
    notes: dict[str, Any] = {"type": "ZeroDivisionError", "message": "", "sort": "crashed", "lines": [[3, ""]]}
    assert account.fault(notes, source, printed="").message == "ZeroDivisionError\n  line 3: x = 1 / 0"


@pytest.mark.parametrize(
    "notes",
    [
        {"sort": "crashed"},
        {"sort": "crashed", "type": SECRET},
        {"sort": "wrong"},
        {"sort": "refused"},
        {"sort": "refused", "message": f"this exercise forbids {SECRET} operations, however they are called"},
        {"sort": "memory"},
        {"sort": SECRET},
        {"lines": [[1, SECRET], [2, SECRET]]},
        {"lines": [[SECRET, SECRET], SECRET, [10**6, SECRET], [-1, SECRET], [True, SECRET], []]},
    ],
)
def test_the_brief_text_holds_no_word_of_the_guest(notes: dict[str, Any]) -> None:
    assert SECRET not in told(**notes).brief


def test_sentences_of_our_own_are_kept() -> None:
    sentence = "this exercise forbids convolution operations, however they are called"
    fault = told(sort="refused", message=sentence)
    assert (fault.outcome, fault.brief) == (
        Outcome.REFUSED,
        "This exercise forbids convolution operations, however they are called.",
    )


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize("key", ["sort", "type", "message", "lines"])
def test_an_account_nested_without_end_is_a_crash_all_the_same(key: str) -> None:
    assert told(**{key: nested(100_000)}).outcome is Outcome.CRASHED


@pytest.mark.parametrize("notes", [{"lines": 7}, {"type": None}, {"message": ["a"]}, {"sort": {}}, {"lines": {"a": 1}}])
def test_a_strange_account_is_a_crash_all_the_same(notes: dict[str, Any]) -> None:
    assert told(**notes).outcome is Outcome.CRASHED
