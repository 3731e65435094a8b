"""Attacks on `/hooks`, each with the answer that it must get; none changes anything or tells more."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.lms.signature import ID, TIMESTAMP, headers, sign
from grader.services import endpoints
from tests.fakes import NOON
from tests.lms.hooks.sender import VAULT
from tests.web.school import SPRING, body

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.lms.hooks.sender import Sender

EVE = {"login": "eve", "name": "Eve"}
MESSAGE = {"type": "enrolment.upserted", "timestamp": "2026-05-01T12:00:00Z", "data": EVE}
RAW = json.dumps(MESSAGE).encode()
OTHER = "whsec_" + "A" * 43 + "="
DEEP = b'{"type":"enrolment.upserted","data":' + b'{"a":' * 5000 + b"1" + b"}" * 5001
EMPTY = "whsec_"


def _signature(sender: Sender, timestamp: int = int(NOON.timestamp()), message_id: str = "msg_1") -> str:
    return sign(sender.secret, message_id, timestamp, RAW)


def _forged(**changes: str | None) -> Callable[[Sender], TestResponse]:
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return lambda sender: sender.post(MESSAGE, "msg_1", changes=named)


ATTACKS: dict[str, tuple[Callable[[Sender], TestResponse], int, str]] = {
    "another secret": (lambda s: s.post(MESSAGE, secret=OTHER), 401, "the signature is wrong"),
    "a secret of no bytes": (lambda s: s.post(MESSAGE, secret=EMPTY), 401, "the signature is wrong"),
    "another endpoint's secret": (lambda s: s.post(MESSAGE, secret=s.another().secret), 401, "the signature is wrong"),
    "no signature": (_forged(webhook_signature=None), 401, "webhook-signature is missing"),
    "an empty signature": (_forged(webhook_signature="v1,"), 401, "the signature is wrong"),
    "many signatures": (_forged(webhook_signature="v1,AAAA " * 1000), 401, "the signature is wrong"),
    "a signature of another version": (
        lambda s: _forged(webhook_signature=_signature(s).replace("v1,", "v1a,"))(s), 401, "the signature is wrong"),
    "no id": (_forged(webhook_id=None), 401, "webhook-id is missing"),
    "an id of others": (_forged(webhook_id="msg_2"), 401, "the signature is wrong"),
    "a huge id": (lambda s: s.post(MESSAGE, "x" * 257), 401, "webhook-id is missing or too long"),
    "an id of other letters": (_forged(webhook_id="msg_\xe9"), 401, "webhook-id is missing or too long"),
    "no time": (_forged(webhook_timestamp=None), 401, "webhook-timestamp must be in Unix seconds"),
    "a time that is none": (_forged(webhook_timestamp="now"), 401, "must be in Unix seconds"),
    "a time in other digits": (_forged(webhook_timestamp="1²"), 401, "must be in Unix seconds"),
    "a time without end": (_forged(webhook_timestamp="1" * 5000), 401, "must be in Unix seconds"),
    "a time before all time": (_forged(webhook_timestamp="-1"), 401, "must be in Unix seconds"),
    "replayed with a new time": (
        _forged(webhook_timestamp=str(int(NOON.timestamp()) + 60)), 401, "the signature is wrong"),
    "a clock behind": (lambda s: s.post(MESSAGE, when=NOON - timedelta(seconds=301)), 401, "is 301 s from ours"),
    "a clock ahead": (
        lambda s: s.post(MESSAGE, when=NOON + timedelta(minutes=10)), 401,
        "is 600 s from ours, 5 minutes are taken; here it is 2026-05-01T12:00:00Z"),
    "a body that was changed": (
        lambda s: s.app.test_client().post(
            f"/hooks/{s.key}", data=RAW.replace(b"eve", b"eva"), content_type="application/json",
            headers=list(headers([s.secret], "msg_1", NOON, RAW).items())),
        401, "the signature is wrong"),
    "another key": (lambda s: s.post(MESSAGE, key="x" * 22), 404, "there is nothing at this address"),
    "a key that acts": (lambda s: s.post(MESSAGE, key="' OR 1=1 --"), 404, "there is nothing at this address"),
    "an endpoint that only listens": (
        lambda s: s.another(receives=False).post(MESSAGE), 404, "there is nothing at this address"),
    "another course's endpoint": (
        lambda s: s.post(MESSAGE, key=s.another(course="autumn", by="otto").key), 401, "the signature is wrong"),
    "a form": (
        lambda s: s.post(MESSAGE, content_type="application/x-www-form-urlencoded"), 415,
        "send JSON, with Content-Type: application/json"),
    "text": (lambda s: s.post(MESSAGE, content_type="text/plain"), 415, "send JSON, with Content-Type"),
    "no JSON": (lambda s: s.post(b"login=eve"), 400, "malformed JSON"),
    "nothing": (lambda s: s.post(b""), 400, "malformed JSON"),
    "bytes that are no text": (lambda s: s.post(b'{"type":"\xff"}'), 400, "malformed JSON"),
    "half a pair of surrogates": (lambda s: s.post(b'{"type":"\\ud800","data":{}}'), 400, "malformed JSON"),
    "two messages": (lambda s: s.post(RAW + RAW), 400, "malformed JSON"),
    "JSON without end": (lambda s: s.post(DEEP), 400, "malformed JSON"),
    "a list": (lambda s: s.post([MESSAGE]), 422, "the body must be a JSON object with: type, data"),
    "no type": (lambda s: s.post({"data": EVE}), 422, "'type' is missing"),
    "a type that is none": (lambda s: s.post({"type": "a b", "data": EVE}), 422, "'type' must be a type like"),
    "no data": (lambda s: s.post({"type": "enrolment.upserted"}), 422, "'data' is missing"),
    "data that are none": (
        lambda s: s.post({"type": "enrolment.upserted", "data": "eve"}), 422, "'data' must be an object"),
    "long data": (
        lambda s: s.post({"type": "enrolment.upserted", "data": EVE | {"name": "x" * 70_000}}), 413,
        "the message has 70,0"),
    "a long message of no known type": (
        lambda s: s.post({"type": "x", "data": {"x": "x" * 70_000}}), 413, "at most 65,536 are taken of this type"),
    "far too long": (lambda s: s.post(b" " * 2_000_000), 413, "the body is too large: at most 1,638,401 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_answered_as_its_row_says(firm: Sender, name: str) -> None:
    attack, status, says = ATTACKS[name]
    before = firm.left()
    answer = attack(firm)
    error = body(answer)["error"]
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
    assert says in error["message"]
    assert firm.left() == before
    assert firm.secret not in answer.text


def test_a_good_message_is_taken_after_all_that(sender: Sender) -> None:
    """The rows above would prove nothing if this were refused, too."""
    assert sender.post(MESSAGE, when=NOON - timedelta(minutes=5)).status_code == 200


class TestKeys:
    def test_unknown_removed_and_listening_ones_look_alike(self, sender: Sender) -> None:
        listening, removed = sender.another(receives=False), sender.another()
        endpoints.remove(
            sender.school.make_uow(), sender.school.clock,
            user=sender.school.users["ines"], course_slug=SPRING, endpoint_id=removed.endpoint_id,
        )  # fmt: skip
        answers = [each.post(MESSAGE) for each in (replace(sender, key="unknown"), listening, removed)]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1

    def test_nobody_brings_a_body_to_an_unknown_key(self, sender: Sender) -> None:
        body_ = Unread(1_000_000)
        answer = sender.app.test_client().post("/hooks/unknown", input_stream=body_, content_type="application/json")
        assert (answer.status_code, body_.tell()) == (404, 0)

    def test_a_body_that_says_it_is_too_long_is_not_read(self, sender: Sender) -> None:
        stream = Unread(10)
        answer = sender.app.test_client().post(
            f"/hooks/{sender.key}",
            input_stream=stream,
            content_type="application/json",
            environ_overrides={"CONTENT_LENGTH": str(10**9)},
        )
        assert (answer.status_code, stream.tell()) == (413, 0)

    def test_of_a_body_that_does_not_say_it_no_more_is_read_than_is_taken(self, sender: Sender) -> None:
        stream = io.BytesIO(b" " * 5_000_000)
        answer = sender.app.test_client().post(
            f"/hooks/{sender.key}",
            input_stream=stream,
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
        assert answer.status_code == 401
        assert stream.tell() < 1_700_000

    def test_looking_is_not_allowed_and_says_nothing_of_keys(self, sender: Sender) -> None:
        client = sender.app.test_client()
        found = [client.get(f"/hooks/{key}") for key in (sender.key, "unknown")]
        assert {answer.status_code for answer in found} == {405}
        assert found[0].data == found[1].data

    def test_one_that_nothing_is_sent_to_any_more_may_still_send(self, sender: Sender) -> None:
        endpoints.switch(
            sender.school.make_uow(), sender.school.clock,
            user=sender.school.users["ines"], course_slug=SPRING, endpoint_id=sender.endpoint_id, on=False,
        )  # fmt: skip
        assert sender.post(MESSAGE).status_code == 200


class Unread(io.BytesIO):
    """A body of which nothing may be read."""

    def __init__(self, size: int) -> None:
        super().__init__(b"x" * size)


class TestHeaders:
    def _post(self, sender: Sender, told: list[tuple[str, str]]) -> TestResponse:
        client = sender.app.test_client()
        return client.post(f"/hooks/{sender.key}", data=RAW, headers=told, content_type="application/json")

    @pytest.mark.parametrize("name", [ID, TIMESTAMP])
    @pytest.mark.parametrize("first", [True, False])
    def test_one_that_stands_there_twice_is_not_chosen_from(self, sender: Sender, name: str, *, first: bool) -> None:
        good = headers([sender.secret], "msg_1", NOON, RAW)
        double = (name, headers([OTHER], "msg_2", NOON + timedelta(seconds=1), RAW)[name])
        told = [double, *good.items()] if first else [*good.items(), double]
        assert self._post(sender, told).status_code == 401
        assert sender.receipts() == []

    def test_one_of_several_signatures_is_enough(self, sender: Sender) -> None:
        told = headers([OTHER, sender.secret], "msg_1", NOON, RAW)
        assert self._post(sender, list(told.items())).status_code == 200

    def test_names_may_be_written_in_any_case(self, sender: Sender) -> None:
        told = headers([sender.secret], "msg_1", NOON, RAW)
        assert self._post(sender, [(name.title(), value) for name, value in told.items()]).status_code == 200


class TestSecrets:
    def rotated(self, sender: Sender) -> Sender:
        _, secret = endpoints.rotate(
            sender.school.make_uow(), sender.school.clock, VAULT,
            user=sender.school.users["ines"], course_slug=SPRING, endpoint_id=sender.endpoint_id,
        )  # fmt: skip
        return replace(sender, secret=secret)

    def test_after_a_rotation_both_are_good_for_a_day_and_then_the_new_one_alone(self, sender: Sender) -> None:
        new = self.rotated(sender)
        sender.school.clock.advance(hours=23)
        assert [each.post(MESSAGE).status_code for each in (sender, new)] == [200, 200]
        sender.school.clock.advance(hours=1)
        assert [each.post(MESSAGE).status_code for each in (sender, new)] == [401, 200]

    def test_without_the_operators_secret_it_is_told_as_ours_to_mend(self, sender: Sender) -> None:
        answer = replace(sender, app=sender.school.app()).post(MESSAGE)
        assert (answer.status_code, body(answer)["error"]["code"]) == (503, "unavailable")
        assert "reference" in body(answer)["error"]


class TestLimits:
    def app(self, sender: Sender, **limits: Any) -> Sender:  # noqa: ANN401 - fields of Services
        return replace(sender, app=sender.school.app(vault=VAULT, **limits))

    def test_an_endpoint_sends_so_often_and_is_told_when_to_go_on(self, sender: Sender) -> None:
        few = self.app(sender, hook_limit="2 per minute")
        other = few.another()
        assert [few.post(MESSAGE).status_code for _ in range(3)] == [200, 200, 429]
        answer = few.post(MESSAGE)
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert other.post(MESSAGE).status_code == 200

    def test_who_forges_is_told_to_wait_and_the_endpoint_is_not_held_up(self, sender: Sender) -> None:
        few = self.app(sender, forged_limit="3 per minute", hook_limit="2 per minute")
        forger = replace(few, secret=OTHER, address="203.0.113.66")
        assert [forger.post(MESSAGE).status_code for _ in range(5)] == [401, 401, 401, 429, 429]
        assert "too many webhooks with a wrong signature" in body(forger.post(MESSAGE))["error"]["message"]
        assert few.post(MESSAGE).status_code == 200

    def test_a_forgers_body_is_not_read_once_they_must_wait(self, sender: Sender) -> None:
        few = self.app(sender, forged_limit="1 per minute")
        replace(few, secret=OTHER).post(MESSAGE)
        stream = Unread(10)
        answer = few.app.test_client().post(
            f"/hooks/{few.key}", input_stream=stream, content_type="application/json",
            environ_base={"REMOTE_ADDR": few.address},
        )  # fmt: skip
        assert (answer.status_code, stream.tell()) == (429, 0)


class TestUnknownTypes:
    @pytest.mark.parametrize("kind", ["endpoint.test", "invoice.paid", "enrolment.upserted.v2", "ENROLMENT.UPSERTED"])
    def test_they_are_taken_ignored_and_told_so(self, firm: Sender, kind: str) -> None:
        before = firm.left()
        answer = firm.done(kind, anything={"at": "all"})
        assert (answer["type"], answer["result"]) == (kind, "ignored")
        assert "enrolment.upserted" in answer["known"]
        assert firm.left() == before

    def test_a_forged_one_is_refused_like_any_other(self, sender: Sender) -> None:
        assert sender.post({"type": "endpoint.test", "data": {}}, secret=OTHER).status_code == 401

    def test_what_else_stands_beside_type_and_data_means_nothing(self, sender: Sender) -> None:
        assert sender.post(MESSAGE | {"timestamp": None, "api_version": 7}).status_code == 200
