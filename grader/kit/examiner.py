"""Runs an exercise's scenarios on a student's code, and judges the answers outside the jail."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from grader.domain.errors import BadExercise, GraderError
from grader.domain.report import CheckResult, Outcome, Report
from grader.kit import oracle, verdict
from grader.kit.diagnosis import Diagnosis, diagnose
from grader.kit.vocabulary import ScenarioCode, load_tests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.domain.exercise import Exercise, Misconception
    from grader.ports import Sandbox, Session

SEEDS_KEPT = 4
"""Secret seeds in use at a time, per exercise; a run takes one of them at random."""

USES_PER_SEED = 50
"""Runs after which a seed is replaced: many scores on one seed could feel out its answers, bit by bit."""


class KitExaminer:
    """ports.Examiner. *secret* keys the draws; *node* is written into reports."""

    def __init__(self, sandbox: Sandbox, *, secret: bytes, node: str) -> None:
        torch.set_num_threads(1)  # a pool of threads here would take the guest's core
        self._sandbox = sandbox
        self._secret = secret
        self._node = node
        self._last: Exercise | None = None
        self._on_alive: Callable[[], None] = lambda: None
        self._random = random.SystemRandom()
        self._repeated: list[oracle.SeedTapes] = []  # of the seed that was asked for by its id last
        self._tests: dict[str, dict[str, ScenarioCode]] = {}  # by content hash
        self._seeds: dict[str, list[oracle.SeedTapes]] = {}  # by content hash

    def examine(
        self,
        exercise: Exercise,
        source: str,
        *,
        seed_id: str | None = None,
        on_check: Callable[[CheckResult], None] = lambda _check: None,
        on_alive: Callable[[], None] = lambda: None,
    ) -> Report:
        """Grade *source*; Internal when something of ours fails, BadExercise when something of the lecturer's does."""
        self._last, self._on_alive = exercise, on_alive
        tapes = self._tapes(exercise, seed_id)
        started = time.monotonic()
        said: dict[str, oracle.Said] = {}
        ask_reference = partial(self._retell, exercise)
        checks = []
        session = self._sandbox.open(source, limits=exercise.limits, forbidden=exercise.forbidden)
        try:
            for scenario in exercise.scenarios:
                check, said[scenario.name] = verdict.check(session, scenario, tapes.tapes[scenario.name], ask_reference)
                checks.append(check)
                on_check(check)
        finally:
            session.close()
        failed = {check.name: said[check.name] for check in checks if check.outcome is not Outcome.PASSED}
        diagnosis = self._diagnose(exercise, tapes, failed)
        return Report(
            lesson=exercise.lesson,
            exercise=exercise.slug,
            content_hash=exercise.content_hash,
            checks=tuple(_with_hint(check, diagnosis.by_scenario) for check in checks),
            seed_id=tapes.seed_id,
            device=self._sandbox.device,
            torch_version=self._sandbox.torch_version,
            node=self._node,
            seconds=time.monotonic() - started,
            misconception=diagnosis.likeliest.name if diagnosis.likeliest else None,
            hint=diagnosis.likeliest.hint if diagnosis.likeliest else None,
            memory_mib=session.memory_mib,
        )

    def rest(self) -> None:
        """Between two runs: do ahead of need what the next one may want."""
        self._on_alive = lambda: None
        if self._last is not None:
            with suppress(GraderError):  # the next run meets it again, and tells
                self.prepare(self._last)

    def prepare(self, exercise: Exercise) -> None:
        """Record a seed's tapes ahead of need, if there are fewer than SEEDS_KEPT; forget what was used often."""
        kept = self._seeds.setdefault(exercise.content_hash, [])
        if len(kept) < SEEDS_KEPT:
            kept.append(self._record(exercise, f"{self._random.getrandbits(64):016x}"))
        worn = [tapes for tapes in kept if tapes.uses >= USES_PER_SEED]
        if worn and len(kept) > 1:
            kept.remove(worn[0])

    def _tapes(self, exercise: Exercise, seed_id: str | None) -> oracle.SeedTapes:
        """Return the tapes of *seed_id*, or of one of the seeds in use, at random."""
        kept = self._seeds.setdefault(exercise.content_hash, [])
        if seed_id is not None:
            wanted = (exercise.content_hash, seed_id)
            found = next((tapes for tapes in (*kept, *self._repeated) if tapes.of == wanted), None)
            if found is None:
                found = self._record(exercise, seed_id)
                self._repeated = [found]
            return found
        if not kept:
            self.prepare(exercise)
        chosen = self._random.choice(kept)
        chosen.uses += 1
        return chosen

    def _record(self, exercise: Exercise, seed_id: str) -> oracle.SeedTapes:
        tests = self._load(exercise)
        session = self._open(exercise, "reference.py")
        try:
            tapes = {
                scenario.name: oracle.record_tape(
                    session,
                    tests[scenario.name],
                    lambda salt, name=scenario.name: oracle.key_of(  # type: ignore[misc]
                        self._secret, seed_id, exercise.content_hash, name, salt
                    ),
                )
                for scenario in exercise.scenarios
            }
        finally:
            session.close()
        return oracle.SeedTapes(seed_id, tapes, of=(exercise.content_hash, seed_id))

    def _retell(self, exercise: Exercise, tape: oracle.Tape) -> list[Any]:
        session = self._open(exercise, "reference.py")
        try:
            return oracle.retell(session, tape)
        finally:
            session.close()

    def _load(self, exercise: Exercise) -> dict[str, ScenarioCode]:
        if exercise.content_hash not in self._tests:
            tests = load_tests(exercise.folder / "scenarios.py", exercise.content_hash)
            missing = [scenario.name for scenario in exercise.scenarios if scenario.name not in tests]
            if missing:
                raise BadExercise(
                    f"{exercise.folder / 'scenarios.py'}: {missing[0]} is no @scenario or @claim when run"
                )
            self._tests[exercise.content_hash] = tests
        return self._tests[exercise.content_hash]

    def _open(self, exercise: Exercise, file: str) -> Session:
        """Open a session for one of the lecturer's solutions, with time to spare: it runs each scenario many times."""
        limits = replace(exercise.limits, total_seconds=max(600.0, exercise.limits.total_seconds))
        source = (exercise.folder / file).read_text(encoding="utf-8")
        session = self._sandbox.open(source, limits=limits, forbidden=exercise.forbidden)
        return _Heard(session, self._on_alive)

    def _diagnose(self, exercise: Exercise, tapes: oracle.SeedTapes, failed: Mapping[str, oracle.Said]) -> Diagnosis:
        if not any(said.fault is None for said in failed.values()):
            return Diagnosis(None, {})  # only answers prove a belief

        sessions: dict[str, Session] = {}

        def says(misconception: Misconception, scenario: str) -> oracle.Said:
            asked = (misconception.name, scenario)
            if asked not in tapes.said:
                if misconception.name not in sessions:
                    sessions[misconception.name] = self._open(exercise, f"misconceptions/{misconception.name}.py")
                tapes.said[asked] = oracle.listen(sessions[misconception.name], tapes.tapes[scenario])
            return tapes.said[asked]

        try:
            return diagnose(exercise.misconceptions, tapes.tapes, failed, says)
        finally:
            for session in sessions.values():
                session.close()


class _Heard:
    """A session whose every scenario is announced: a claimed run must be seen to live."""

    def __init__(self, session: Session, on_alive: Callable[[], None]) -> None:
        self._on_alive = on_alive
        self._session = session
        self.ask = session.ask
        self.close = session.close

    @property
    def memory_mib(self) -> float | None:
        return self._session.memory_mib

    def begin(self) -> None:
        self._on_alive()
        self._session.begin()


def _with_hint(check: CheckResult, found: Mapping[str, Misconception]) -> CheckResult:
    if check.name not in found:
        return check
    return replace(check, misconception=found[check.name].name, hint=found[check.name].hint)
