"""A guest's account of an exception, turned into a fault with two texts for the student.

The account is the student's own words. In a public scenario that is fine. In a hidden one they could be anything that
the student's code saw there, so the *brief* text is made of our own words, line numbers, and lines of the file that the
student handed in, as the host holds it.
"""

from __future__ import annotations

import builtins
import io
import re
from typing import Any

from grader.domain.errors import StudentFault
from grader.domain.inert import inert
from grader.domain.report import Outcome

TEXT_LIMIT = 2000
MAX_LINES = 8

_SORTS = {
    "wrong": Outcome.WRONG,
    "refused": Outcome.REFUSED,
    "memory": Outcome.OUT_OF_MEMORY,
    "crashed": Outcome.CRASHED,
}
_KNOWN = re.compile(
    r"no gradient flows back from the output: is something detached, or under no_grad\?"
    r"|this exercise forbids [a-z]+ operations, however they are called"
)
"""Sentences of the guest's own that carry nothing of the student's."""

_BRIEF = {
    Outcome.WRONG: "Your code could not be asked this. Where a test is public, the report says why.",
    Outcome.REFUSED: "Something that this exercise forbids.",
    Outcome.OUT_OF_MEMORY: "Not enough memory.",
}
_EXCEPTIONS = {
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
}


def fault(notes: dict[str, Any], source: str, *, printed: str) -> StudentFault:
    """Return the fault that *notes*, a guest's account, describes; *source* is the student's file."""
    kind, message = shown(notes.get("type"), 100), shown(notes.get("message"), TEXT_LIMIT)
    sort = notes.get("sort")
    outcome = _SORTS.get(sort, Outcome.CRASHED) if isinstance(sort, str) else Outcome.CRASHED
    where = _lines(notes.get("lines"), io.StringIO(source, newline=None).readlines())  # as Python counts them
    if outcome in (Outcome.WRONG, Outcome.REFUSED):
        full = _sentence(message)
        brief = full if _KNOWN.fullmatch(message) else _BRIEF[outcome]
    elif outcome is Outcome.OUT_OF_MEMORY:
        full, brief = f"Not enough memory: {message}", _BRIEF[outcome]
    else:
        full = f"{kind}: {message}" if message else kind
        brief = f"{kind if kind in _EXCEPTIONS else 'An exception'} was raised."
    return StudentFault(outcome, "\n".join([full, *where]), brief="\n".join([brief, *where]), printed=printed)


def shown(value: object, limit: int) -> str:
    """Return at most *limit* characters of *value* with control characters made visible, if it is text at all."""
    if not isinstance(value, str):
        return ""
    return inert(value[:limit], kept="\n\t")


def _lines(said: object, source: list[str]) -> list[str]:
    numbers = (
        [item[0] for item in said[:MAX_LINES] if isinstance(item, list) and item] if isinstance(said, list) else []
    )
    found = [number for number in numbers if type(number) is int and 1 <= number <= len(source)]
    return [f"  line {number}: {shown(source[number - 1].strip(), 200)}" for number in found]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(("?", "!", ".")) else ".")
