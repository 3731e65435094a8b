"""Run a few lines of Python where a student's code runs, and look at what comes back."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.errors import StudentFault
from grader.domain.exercise import Limits
from grader.domain.observation import Question, Value, Verb
from grader.domain.report import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.ports import Sandbox, Session

SHORT = Limits(scenario_seconds=10.0, total_seconds=30.0, memory_mib=256, tmp_mib=8)
HASTY = replace(SHORT, scenario_seconds=0.4)


def limits_for(outcome: Outcome) -> Limits:
    """Be quick only where time runs out: other rows must hold on a busy machine, too."""
    return HASTY if outcome is Outcome.TIMED_OUT else SHORT


def source_of(body: str) -> str:
    """Return a file in which `probe()` runs *body*."""
    return "import os, sys, torch\n\ndef probe():\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"


def call(session: Session, name: str = "probe") -> Value:
    """Begin a scenario and call one function of the student's file."""
    session.begin()
    return session.ask(Question(Verb.CONSTRUCT, 0, name)).value


def fault_of(session: Session, name: str = "probe") -> StudentFault:
    """Begin a scenario, call a function that must fail, and return how it failed."""
    try:
        value = call(session, name)
    except StudentFault as fault:
        return fault
    raise AssertionError(f"{name}() should have failed, and returned {value!r}")


def outcome_of(session: Session, name: str = "probe") -> Outcome:
    """Begin a scenario, call a function that must fail, and return the outcome."""
    return fault_of(session, name).outcome


def inside(sandbox: Sandbox, body: str, *, limits: Limits = SHORT, forbidden: Sequence[str] = ()) -> Value:
    """Return what *body* returns in a guest of its own."""
    session = sandbox.open(source_of(body), limits=limits, forbidden=forbidden)
    try:
        return call(session)
    finally:
        session.close()
