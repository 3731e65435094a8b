"""The page's receivers, started as they stand there and sent real deliveries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.lms.event import Event, EventType
from grader.domain.lms.signature import SIGNATURE, TIMESTAMP, headers, new_secret
from grader.lms.courier import WebCourier
from grader.lms.outgoing import Outgoing
from tests.lms.webhooks_page.page import code, example

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.domain.lms.delivery import Answer

SECRET, OTHER = new_secret(b"s" * 32), new_secret(b"o" * 32)
START_SECONDS = 30.0
COURIER = WebCourier(Outgoing(private_hosts=["127.0.0.1"]))
KINDS = ("python", "node")


def program(kind: str) -> tuple[str, str, str]:
    """Return what runs a receiver, its file's name and its code; skips where nothing runs it."""
    if kind == "python":
        return sys.executable, "receiver.py", next(each for each in code("python") if "BaseHTTPRequestHandler" in each)
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed on this machine")
    return node, "receiver.mjs", code("js")[0]


@dataclass
class Receiver:
    """One that runs, and the lines that it printed."""

    port: int
    secret: str = SECRET
    lines: list[str] = field(default_factory=list)
    numbers: int = 0

    def post(self, event: Event, *, secrets: list[str] | None = None, changes: dict[str, str | None] | None = None,
             when: datetime | None = None, body: bytes | None = None) -> Answer:  # fmt: skip
        """Deliver *event* as a dispatcher does; *changes* are headers that were meddled with, *body* what arrives."""
        signed = headers(secrets or [self.secret], event.key, when or datetime.now(UTC), event.body())
        told = {name: value for name, value in (signed | (changes or {})).items() if value is not None}
        url = f"http://127.0.0.1:{self.port}/grader"
        return COURIER.post(url, headers=told, body=event.body() if body is None else body)

    def grade(self, points: float | None, sequence: int, student: str = "ada", key: str = "") -> Event:
        """Return an event that says what counts."""
        self.numbers += 1
        told = example("grade.overridden")["data"] | {"student": student, "sequence": sequence}
        told["grade"] = None if points is None else told["grade"] | {"points": points}
        key = key or f"msg_{self.numbers}"
        return Event(1, key, EventType.GRADE_OVERRIDDEN, 1, 1, datetime.now(UTC), told)

    def said(self) -> list[str]:
        """Return all lines about grades so far: those before one that is sent for this."""
        mark = f"mark-{self.numbers}"
        assert self.post(self.grade(1, 1, student=mark, key=mark)).status == 204
        deadline = time.monotonic() + START_SECONDS
        while not any(line.startswith(mark) for line in self.lines):
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.01)
        return [line for line in self.lines if not line.startswith("mark-")]


@contextmanager
def running(kind: str, folder: Path, secrets: str = SECRET) -> Iterator[Receiver]:
    """Run a receiver in *folder* until the end of the block."""
    interpreter, name, text = program(kind)
    (folder / name).write_text(text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "GRADER_SECRETS": secrets, "PORT": "0"}
    process = subprocess.Popen([interpreter, name], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        first = process.stdout.readline()
        assert first.startswith("listening on "), first
        receiver = Receiver(int(first.split()[-1]))
        lines = process.stdout
        reader = threading.Thread(target=lambda: receiver.lines.extend(line.strip() for line in lines))
        reader.start()
        yield receiver
    finally:
        process.kill()
        process.wait()
    reader.join()


@pytest.fixture(params=KINDS)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiver]:
    with running(request.param, tmp_path) as found:
        yield found


def test_a_delivery_is_taken_and_its_grade_kept(receiver: Receiver) -> None:
    assert receiver.post(receiver.grade(18, 1)).status == 204
    assert receiver.post(receiver.grade(None, 2)).status == 204
    assert receiver.said() in (
        ["ada pointwise-conv 18", "ada pointwise-conv null"],
        ["ada pointwise-conv 18", "ada pointwise-conv None"],
    )


@pytest.mark.parametrize("kind", [each.value for each in EventType])
def test_every_type_is_taken(receiver: Receiver, kind: str) -> None:
    event = Event(1, f"msg_{kind}".replace(".", "_"), EventType(kind), 1, 1, datetime.now(UTC), example(kind)["data"])
    assert receiver.post(event).status == 204


def test_the_same_id_again_is_answered_well_and_does_nothing(receiver: Receiver) -> None:
    event = receiver.grade(18, 1)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: receiver.post(event), range(20)))
    assert {answer.status for answer in answers} == {204}
    assert receiver.said() == ["ada pointwise-conv 18"]


def test_an_older_event_that_comes_later_changes_nothing(receiver: Receiver) -> None:
    for points, sequence in ((15, 2), (12, 1), (18, 3)):
        assert receiver.post(receiver.grade(points, sequence)).status == 204
    assert receiver.said() == ["ada pointwise-conv 15", "ada pointwise-conv 18"]


def test_what_we_did_not_sign_is_refused_and_does_nothing(receiver: Receiver) -> None:
    event, now = receiver.grade(20, 1), datetime.now(UTC)
    refused: list[dict[str, Any]] = [
        {"secrets": [OTHER]},
        {"body": event.body().replace(b'"points":20', b'"points":99')},
        {"changes": {"webhook-id": "msg_another"}},
        {"changes": {TIMESTAMP: str(int(now.timestamp()) + 1)}},
        {"changes": {TIMESTAMP: "soon"}},
        {"changes": {TIMESTAMP: None}},
        {"changes": {SIGNATURE: None}},
        {"changes": {SIGNATURE: "v1, v1,AAAA \xe9"}},
        {"when": now - timedelta(minutes=6)},
        {"when": now + timedelta(minutes=6)},
    ]
    assert [receiver.post(event, **each).status for each in refused] == [401] * len(refused)
    assert receiver.said() == []
    assert receiver.post(event, when=now - timedelta(minutes=4)).status == 204


def test_what_is_far_too_long_is_refused(receiver: Receiver) -> None:
    assert receiver.post(receiver.grade(20, 1), body=b" " * 70_000).status == 413


@pytest.mark.parametrize("kind", KINDS)
def test_during_a_rotation_old_and_new_secrets_fit_on_either_side(kind: str, tmp_path: Path) -> None:
    with running(kind, tmp_path, f"{OTHER} {SECRET}") as both:
        assert both.post(both.grade(1, 1), secrets=[OTHER]).status == 204
        assert both.post(both.grade(2, 2), secrets=[SECRET]).status == 204
    (tmp_path / "new").mkdir()
    with running(kind, tmp_path / "new", OTHER) as new:
        assert new.post(new.grade(3, 3), secrets=[OTHER, SECRET]).status == 204
        assert new.post(new.grade(4, 4), secrets=[SECRET]).status == 401


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_is_known_after_a_restart(kind: str, tmp_path: Path) -> None:
    with running(kind, tmp_path) as first:
        event, newer = first.grade(18, 1, key="msg_a"), first.grade(19, 3, key="msg_b")
        assert [first.post(each).status for each in (event, newer)] == [204, 204]
    with running(kind, tmp_path) as second:
        assert [second.post(each).status for each in (event, second.grade(20, 2, key="msg_c"))] == [204, 204]
        assert second.said() == []
