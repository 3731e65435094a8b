"""The kit without a jail: sessions that run the same guest code in this process, and a tiny exercise."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.domain.exercise import Device, Exercise, Limits, Misconception, Scenario, Visibility
from grader.domain.observation import Answer, Question
from grader.sandbox import account, guest, session, wire

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("exercise")
REFERENCE = (FOLDER / "reference.py").read_text()

EXERCISE = Exercise(
    lesson="tests",
    slug="affine",
    title="Scale and shift",
    entry="Affine",
    scenarios=(
        Scenario("with_bias", "With a bias", 2, Visibility.PUBLIC),
        Scenario("without_bias", "Without a bias", 1),
        Scenario("sums_up", "Sums up", 1),
        Scenario("zero_gives_bias", "Zero gives the bias", 1, is_claim=True),
    ),
    misconceptions=(
        Misconception("forgets_bias", "a bias is for show", "Add it.", frozenset({"with_bias", "zero_gives_bias"})),
        Misconception(
            "weights_are_positive", "weights are shares", "Keep signs.", frozenset({"with_bias", "without_bias"})
        ),
    ),
    limits=Limits(),
    device=Device.CPU,
    forbidden=(),
    statement="",
    starter="",
    content_hash="0123456789abcdef",
    folder=FOLDER,
)


class LocalSession:
    """ports.Session in this process: real guest code and real frames, no jail. For sources of our own only."""

    memory_mib: float | None = None  # nobody looks

    def __init__(self, source: str) -> None:
        self._source = source
        self._printed = guest.Printed()
        self._student: guest.Student | None = None

    def begin(self) -> None:
        if self._student is None:
            self._student = guest.Student()
            source = self._source.encode()
            self._exchange("import", wire.Tensor("uint8", (len(source),), None, source))

    def ask(self, *questions: Question) -> Answer:
        steps = tuple(
            (q.verb.value, q.target, q.name, session._to_wire(q.arguments), session._to_wire(q.keywords))
            for q in questions
        )
        return self._exchange("do", steps)

    def close(self) -> None:
        sys.modules.pop("submission", None)

    def _exchange(self, kind: str, value: wire.Tree) -> Answer:
        assert self._student is not None
        before = sys.stdout
        sys.stdout = self._printed
        try:
            reply = _carried(guest._respond(self._student, _carried(wire.Message(1, kind, value)), self._printed))
        finally:
            sys.stdout = before
        if reply.kind == "raised":
            raise account.fault(reply.notes, self._source, printed=reply.notes["printed"])
        return Answer(session._from_wire(reply.value), reply.notes["printed"])


def _carried(message: wire.Message) -> wire.Message:
    frame = b"".join(bytes(part) for part in wire.pack(message))
    place = 0

    def fill(view: memoryview) -> None:
        nonlocal place
        view[:] = frame[place : place + len(view)]
        place += len(view)

    return wire.read(fill, payload_limit=2**30)


class LocalSandbox:
    """ports.Sandbox that gives LocalSessions."""

    device = "cpu"
    torch_version = "local"

    def open(self, source: str, *, limits: Limits, forbidden: Sequence[str]) -> LocalSession:
        del limits, forbidden
        return LocalSession(source)

    def close(self) -> None:
        """Nothing is held."""
