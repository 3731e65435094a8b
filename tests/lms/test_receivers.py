"""Our webhooks, verified by receivers of others: standardwebhooks and svix for Python, standardwebhooks for Node.

The last one is installed by `make receivers`; where it is missing, its tests are left out and say so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import standardwebhooks
import svix.webhooks

from grader.domain.lms.delivery import DeliveryState
from grader.domain.lms.signature import BadSignature, new_secret, sign, verify
from tests.lms.raw_server import Call, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.domain.lms.endpoint import Endpoint
    from tests.lms.posting import Post

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "build" / "receivers" / "node_modules"
NODE = shutil.which("node")
FAULTS = (standardwebhooks.webhooks.WebhookVerificationError, svix.webhooks.WebhookVerificationError)
needs_node = pytest.mark.skipif(
    NODE is None or not (MODULES / "standardwebhooks").is_dir(),
    reason="node or npm's standardwebhooks is missing: `make receivers` installs it into build/receivers",
)


def _svix(secret: str, body: bytes, headers: dict[str, str]) -> None:
    svix.webhooks.Webhook(secret).verify(body, headers)


def _standard(secret: str, body: bytes, headers: dict[str, str]) -> None:
    standardwebhooks.Webhook(secret).verify(body, headers)


VERIFIERS = {"standardwebhooks": _standard, "svix": _svix}


@dataclass
class Receiver:
    """Answers 200 to what *verify* takes with its *secret*, and 400 with the reason to what it refuses."""

    verify: Callable[[str, bytes, dict[str, str]], None]
    secret: str = ""

    def talk(self, call: Call) -> None:
        headers, body = parts(call.listen())
        try:
            self.verify(self.secret, body, headers)
        except FAULTS as error:
            answer = f"400 No\r\n\r\n{error}"
        else:
            event = json.loads(body)
            answer = f"200 OK\r\n\r\n{event['type']} for {event['data']['student']}"
        call.say(f"HTTP/1.1 {answer}".encode())


@pytest.fixture(params=list(VERIFIERS))
def receiver(request: pytest.FixtureRequest) -> Receiver:
    return Receiver(VERIFIERS[request.param])


def parts(heard: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = heard.partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    return {name.lower(): value for name, value in lines}, body


@contextmanager
def node(secret: str) -> Iterator[str]:
    """Give the address of a receiver that runs in Node."""
    command = [NODE or "node", str(Path(__file__).with_name("receiver.js")), secret]
    surroundings = os.environ | {"NODE_PATH": str(MODULES)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings) as run:
        assert run.stdin
        assert run.stdout
        yield f"http://127.0.0.1:{int(run.stdout.readline())}/hook"
        run.stdin.close()


def came_to(post: Post) -> tuple[DeliveryState, int | None, str]:
    delivery, tries = post.newest()
    return delivery.state, delivery.status, tries[-1].answer.body


TAKEN = (DeliveryState.DELIVERED, 200, "submission.graded for ada")


class TestPython:
    def test_what_we_send_is_taken(self, post: Post, receiver: Receiver) -> None:
        with serving(receiver.talk) as server:
            _, receiver.secret = post.endpoint(server.url, {"X-Room": "7"})
            post.tell({"points": 3, "comment": "schön ✓"})
            post.deliver()
        assert came_to(post) == TAKEN

    def test_during_a_rotation_both_secrets_open_it_and_afterwards_the_new_one_alone(
        self, post: Post, receiver: Receiver
    ) -> None:
        with serving(receiver.talk) as server:
            endpoint, old = post.endpoint(server.url)
            new = post.rotate(endpoint)
            for receiver.secret in (old, new):
                post.tell()
                post.deliver()
                assert came_to(post) == TAKEN
            _end_rotation(post, endpoint)
            post.tell()
            post.deliver()
            assert came_to(post) == TAKEN
            receiver.secret = old
            post.tell()
            post.deliver()
        assert came_to(post) == (DeliveryState.WAITING, 400, "No matching signature found")

    def test_another_secret_does_not_open_it(self, post: Post, receiver: Receiver) -> None:
        receiver.secret = new_secret(b"x" * 32)
        with serving(receiver.talk) as server:
            post.endpoint(server.url)
            post.tell()
            post.deliver()
        assert came_to(post) == (DeliveryState.WAITING, 400, "No matching signature found")

    def test_a_second_attempt_has_the_same_id_and_body_and_a_signature_of_its_own(self, post: Post) -> None:
        answers = iter(["503 Down", "200 OK"])

        def talk(call: Call) -> None:
            call.listen()
            call.say(f"HTTP/1.1 {next(answers)}\r\n\r\n".encode())

        with serving(talk) as server:
            _, secret = post.endpoint(server.url)
            event = post.tell()
            post.deliver()
            post.clock.advance(seconds=6)
            post.deliver()
        (first, body), (second, again) = map(parts, server.heard)
        assert body == again
        assert first["webhook-id"] == second["webhook-id"] == event.key
        assert int(second["webhook-timestamp"]) == int(first["webhook-timestamp"]) + 6
        assert first["webhook-signature"] != second["webhook-signature"]
        for headers in (first, second):
            for verify_it in VERIFIERS.values():
                verify_it(secret, body, headers)


@needs_node
class TestNode:
    def test_what_we_send_is_taken(self, post: Post) -> None:
        endpoint, secret = post.endpoint("http://127.0.0.1:1/")
        with node(secret) as url:
            _moved(post, endpoint.id, url)
            post.tell({"points": 3, "comment": "schön ✓"})
            post.deliver()
        assert came_to(post) == TAKEN

    @pytest.mark.parametrize("which", ["old", "new"])
    def test_during_a_rotation_both_secrets_open_it(self, post: Post, which: str) -> None:
        endpoint, old = post.endpoint("http://127.0.0.1:1/")
        secrets = {"old": old, "new": post.rotate(endpoint)}
        with node(secrets[which]) as url:
            _moved(post, endpoint.id, url)
            post.tell()
            post.deliver()
        assert came_to(post) == TAKEN

    def test_after_a_rotation_the_old_secret_does_not(self, post: Post) -> None:
        endpoint, old = post.endpoint("http://127.0.0.1:1/")
        post.rotate(endpoint)
        _end_rotation(post, endpoint)
        with node(old) as url:
            _moved(post, endpoint.id, url)
            post.tell()
            post.deliver()
        assert came_to(post) == (DeliveryState.WAITING, 400, "No matching signature found")

    def test_a_message_of_ten_minutes_ago_is_refused_with_its_reason(self, post: Post) -> None:
        endpoint, secret = post.endpoint("http://127.0.0.1:1/")
        post.clock.advance(minutes=-10)
        with node(secret) as url:
            _moved(post, endpoint.id, url)
            post.tell()
            post.deliver()
        assert came_to(post) == (DeliveryState.WAITING, 400, "Message timestamp too old")


class TestVector:
    SECRET, ID, TIMESTAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", 1674087231
    BODY = (
        b'{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z",'
        b'"data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}'
    )
    SIGNATURE = "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ="

    def test_we_and_others_sign_the_official_vector_alike(self) -> None:
        when = datetime.fromtimestamp(self.TIMESTAMP, UTC)
        for library in (standardwebhooks.Webhook, svix.webhooks.Webhook):
            assert library(self.SECRET).sign(self.ID, when, self.BODY.decode()) == self.SIGNATURE
        assert sign(self.SECRET, self.ID, self.TIMESTAMP, self.BODY) == self.SIGNATURE

    def test_the_official_vector_opens_in_its_time_and_not_after(self) -> None:
        headers = {
            "webhook-id": self.ID,
            "webhook-timestamp": str(self.TIMESTAMP),
            "webhook-signature": f"v1,other v2,x {self.SIGNATURE}",
        }
        when = datetime.fromtimestamp(self.TIMESTAMP, UTC)
        assert verify([self.SECRET], headers, when + timedelta(minutes=5), self.BODY) == self.ID
        with pytest.raises(BadSignature, match="the message's clock is 301 s from ours, 5 minutes are taken"):
            verify([self.SECRET], headers, when + timedelta(seconds=301), self.BODY)
        with pytest.raises(BadSignature, match="the signature is wrong"):
            verify([self.SECRET], headers, when, self.BODY + b" ")

    @pytest.mark.parametrize("size", [24, 32, 64])
    def test_secrets_of_all_lengths_that_the_standard_allows_are_understood(self, size: int) -> None:
        secret, when = new_secret(bytes(range(size))), datetime.now(UTC)
        ours = sign(secret, "msg_1", int(when.timestamp()), self.BODY)
        assert standardwebhooks.Webhook(secret).sign("msg_1", when, self.BODY.decode()) == ours


def _end_rotation(post: Post, endpoint: Endpoint) -> None:
    """Let a rotation be as long ago as the old secret is good."""
    post.write(lambda uow: uow.endpoints.change(replace(uow.endpoints.get(endpoint.id), old_until=post.clock.now())))


def _moved(post: Post, endpoint_id: int, url: str) -> None:
    post.write(lambda uow: uow.endpoints.change(replace(uow.endpoints.get(endpoint_id), url=url)))
