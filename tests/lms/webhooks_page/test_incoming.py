"""The page's messages and its sender, tried on a grader; what the page says in numbers is what the code has."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import standardwebhooks
import svix
from werkzeug.serving import make_server

from grader.domain.errors import Mistake
from grader.domain.lms import delivery
from grader.domain.lms.endpoint import OVERLAP
from grader.domain.lms.incoming import IncomingType
from grader.domain.lms.signature import TOLERANCE, sign
from grader.services.receive import MOST_BYTES
from grader.web import errors
from grader.web.context import Services
from tests.lms.hooks.sender import sender as make_sender
from tests.lms.webhooks_page.page import PAGE, code, example, problems
from tests.web.school import School, body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lms.hooks.sender import Sender

IN = sorted(each.value for each in IncomingType)


@pytest.fixture
def campus(school: School) -> Sender:
    """One who sends to a school whose clock goes right, with Eve in it."""
    school.clock.advance(seconds=(datetime.now(UTC) - school.clock.now()).total_seconds())
    found = make_sender(school)
    found.done("enrolment.upserted", login="eve", name="Eve")
    return found


@pytest.fixture
def address(campus: Sender) -> Iterator[str]:
    """Where the school listens; on loopback alone."""
    server = make_server("127.0.0.1", 0, campus.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/{campus.key}"
    server.shutdown()
    thread.join()


class TestMessages:
    @pytest.mark.parametrize("kind", IN)
    def test_each_example_is_taken(self, sender: Sender, kind: str) -> None:
        if kind == "enrolment.removed":
            sender.done("enrolment.upserted", login="eve", name="Eve")
        answer = sender.post(example(kind))
        assert (answer.status_code, body(answer)["result"]) == (200, "done"), answer.text

    def test_the_example_of_terms_names_every_one(self) -> None:
        assert problems("assignment.updated", example("assignment.updated")) == []
        assert len(example("assignment.updated")["data"]) == 13

    @pytest.mark.parametrize("library", [standardwebhooks.Webhook, svix.Webhook], ids=["standardwebhooks", "svix"])
    def test_what_others_libraries_sign_is_taken(
        self, sender: Sender, library: type[standardwebhooks.Webhook | svix.Webhook]
    ) -> None:
        raw, now = json.dumps(example("enrolment.upserted")), sender.school.clock.now()
        signature = library(sender.secret).sign("msg_of_theirs", now, raw)
        told = {"webhook-id": "msg_of_theirs", "webhook-timestamp": str(int(now.timestamp()))}
        answer = sender.app.test_client().post(
            f"/hooks/{sender.key}",
            data=raw,
            headers=told | {"webhook-signature": signature},
            content_type="application/json",
        )
        assert (answer.status_code, body(answer)["result"]) == (200, "done"), answer.text

    def test_the_error_that_the_page_shows_is_what_is_answered(self, sender: Sender) -> None:
        (shown,) = [text for text in code("json") if '"error"' in text]
        answer = sender.send("submission.created", login="eve", exercise="pointwise-conv", source="x = 1")
        assert body(answer) == json.loads(shown)


class TestSender:
    def run(self, tmp_path: Path, address: str, secret: str, message: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "send.py").write_text(next(each for each in code("python") if "urlopen" in each), encoding="utf-8")
        (tmp_path / "message.json").write_text(json.dumps(message), encoding="utf-8")
        environment = {"PATH": os.environ["PATH"], "GRADER_HOOK": address, "GRADER_SECRET": secret}
        command = [sys.executable, "send.py", "message.json"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def test_it_sends_what_is_taken(self, campus: Sender, address: str, tmp_path: Path) -> None:
        done = self.run(tmp_path, address, campus.secret, example("enrolment.removed"))
        assert done.returncode == 0, done.stderr
        assert "'change': 'removed'" in done.stdout
        found = campus.enrolment("eve")
        assert found
        assert not found.is_active

    def test_it_tells_what_is_wrong(self, campus: Sender, address: str, tmp_path: Path) -> None:
        done = self.run(tmp_path, address, campus.secret, {"type": "enrolment.removed", "data": {"login": "zoe"}})
        assert (done.returncode, done.stderr) == (
            1, "422: there is no 'zoe' in this course, and there never was (data.login)\n"
        )  # fmt: skip

    def test_it_goes_on_when_nobody_answered(self, campus: Sender, address: str, tmp_path: Path) -> None:
        """The first answer is lost; the second attempt has the same id, so what was done is not done twice."""
        lost: list[str] = []
        app = campus.app.wsgi_app

        def forgetful(environ: dict[str, str], start_response: object) -> object:
            answer = app(environ, start_response)  # type: ignore[arg-type]
            if not lost:
                lost.append(environ["HTTP_WEBHOOK_ID"])
                raise ConnectionAbortedError
            return answer

        campus.app.wsgi_app = forgetful  # type: ignore[method-assign,assignment]
        done = self.run(tmp_path, address, campus.secret, example("enrolment.removed"))
        assert done.returncode == 0, done.stderr
        assert lost[0] in campus.receipts()
        assert [entry.deed for entry in campus.log()] == ["roster.enrolled", "roster.removed"]


class TestNumbers:
    def test_the_schedule_of_retries_is_the_pages(self) -> None:
        units = {"s": 1, "min": 60, "h": 3600}
        (text,) = re.findall(r"At once, then (.*?) after the attempt before: eight attempts", PAGE)
        waits = [timedelta(seconds=int(n) * units[unit]) for n, unit in re.findall(r"(\d+) (s|min|h)\b", text)]
        assert (timedelta(0), *waits) == delivery.ATTEMPTS
        assert (len(delivery.ATTEMPTS), delivery.SPREAD) == (8, 0.2)

    def test_limits_are_the_pages(self) -> None:
        assert (MOST_BYTES, delivery.KEPT_RESPONSE) == (64 * 1024, 4096)
        assert timedelta(minutes=5) == TOLERANCE
        assert timedelta(hours=24) == OVERLAP == delivery.LONGEST_WAIT
        assert timedelta(days=5) == delivery.GIVE_UP_ENDPOINT
        limits = {name: Services.__dataclass_fields__[name].default for name in ("hook_limit", "forged_limit")}
        assert limits == {"hook_limit": "600 per minute", "forged_limit": "30 per minute"}
        assert "600 a minute of one endpoint, 30 with a wrong signature" in PAGE

    def test_the_vector_of_standard_webhooks_is_right(self) -> None:
        vector = dict(re.findall(r"^\| (secret|id|timestamp|body|signature) \| `(.*)` \|$", PAGE, re.MULTILINE))
        raw = vector["body"].encode()
        assert sign(vector["secret"], vector["id"], int(vector["timestamp"]), raw) == vector["signature"]

    def test_every_status_of_a_mistake_has_its_row(self) -> None:
        rows = {int(each) for row in re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE) for each in row.split(",")}
        ours = {kind.status for error, kind in errors._KINDS if issubclass(error, Mistake)}
        assert rows == ours | {400, 415, 500, 503}
