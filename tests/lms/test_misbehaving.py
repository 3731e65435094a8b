"""Receivers and platforms that misbehave: for each way, what the log of deliveries says, and what happens next."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.delivery import ATTEMPTS, KEPT_RESPONSE, DeliveryState
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.signature import BadSignature, verify
from tests.lms.posting import TOTAL, now
from tests.lms.raw_server import Call, answering, certificate, saying, serving, speaking_tls

if TYPE_CHECKING:
    from pathlib import Path

    from grader.domain.lms.delivery import Delivery, Try
    from tests.lms.posting import Post
    from tests.lms.raw_server import Talk

WAITING, DEAD, DELIVERED, SUPERSEDED = (
    DeliveryState.WAITING,
    DeliveryState.DEAD,
    DeliveryState.DELIVERED,
    DeliveryState.SUPERSEDED,
)
SOON = timedelta(seconds=5)  # after the first attempt, without the spread
PRIVATE = "http://169.254.169.254/latest/meta-data"
OK = b"HTTP/1.1 200 OK\r\n"
TEN_MEGABYTES = b"x" * 10_000_000


@dataclass(frozen=True)
class Row:
    """What a receiver does, and what the log says then; *wait* is until the next attempt, None when there is none."""

    talk: Talk
    note: str
    state: DeliveryState = WAITING
    status: int | None = None
    wait: timedelta | None = SOON
    is_off: bool = False
    says: str = ""


def answered(status: int, state: DeliveryState = WAITING, *, wait: timedelta | None = SOON, **headers: str) -> Row:
    """Return a row for who answers at once; 410 switches off."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    talk = answering(status, named, b"because")
    next_one = wait if state is WAITING else None
    says = "" if status == 204 else "because"
    return Row(talk, f"answered {status}", state, status, next_one, is_off=status == 410, says=says)


def in_turn(*statuses: int) -> Talk:
    """Return who answers one status after the other."""
    left = iter(statuses)

    def talk(call: Call) -> None:
        answering(next(left))(call)

    return talk


def silent(call: Call) -> None:
    call.listen()
    call.wait()


def slow_header(call: Call) -> None:
    call.listen()
    call.drip(OK + b"Content-Length: 0\r\n\r\n")


def slow_body(call: Call) -> None:
    call.listen()
    call.say(OK + b"Content-Length: 300\r\n\r\n")
    call.drip(b"x" * 300)


def cut(call: Call) -> None:
    call.listen()
    call.reset()


def fast_clock(call: Call) -> None:
    """Refuse, as the standard wants it, what is ten minutes old by a clock that is ten minutes fast."""
    head, _, body = call.listen().partition(b"\r\n\r\n")
    lines = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    with pytest.raises(BadSignature, match="the message's clock is 6") as refused:
        verify([], {name.lower(): value for name, value in lines}, now() + timedelta(minutes=10), body)
    answering(400, {}, str(refused.value).encode())(call)


WEBHOOKS = {
    "who takes it": answered(204, DELIVERED),
    "who takes it with ten megabytes": Row(
        answering(200, {}, TEN_MEGABYTES), "answered 200", DELIVERED, 200, wait=None, says="x" * KEPT_RESPONSE
    ),
    "a time-out": Row(silent, "no answer came in time"),
    "a slow header": Row(slow_header, "no answer came in time"),
    "a slow body": Row(slow_body, "it answered 200, but not to the end within 1.5 s"),
    "301 to a private address": answered(301, location=PRIVATE),
    "307 to a private address": answered(307, location=PRIVATE),
    "400": answered(400),
    "401": answered(401),
    "403": answered(403),
    "404": answered(404),
    "409": answered(409),
    "410": answered(410, DEAD),
    "429": answered(429),
    "429 with Retry-After": answered(429, wait=timedelta(minutes=2), retry_after="120"),
    "429 with Retry-After of a week": answered(429, wait=timedelta(hours=24), retry_after="604800"),
    "429 with Retry-After of a second": answered(429, wait=SOON, retry_after="1"),
    "500": answered(500),
    "503 with Retry-After": answered(503, wait=timedelta(minutes=2), retry_after="120"),
    "500 with ten megabytes": Row(answering(500, {}, TEN_MEGABYTES), "answered 500", WAITING, 500),
    "a connection reset": Row(cut, "the connection was cut before an answer came"),
    "no word": Row(Call.listen, "the connection was cut before an answer came"),
    "garbage": Row(saying(b"\x00\x01\xff" * 99), "what it answered is no HTTP"),
    "a clock ten minutes off": Row(fast_clock, "answered 400", WAITING, 400, says="the message's clock is 6"),
}


@pytest.mark.parametrize("row", WEBHOOKS.values(), ids=WEBHOOKS)
def test_a_receiver_misbehaves(post: Post, row: Row) -> None:
    with serving(row.talk) as server:
        endpoint, _ = post.endpoint(server.url, {"Authorization": "Bearer s3cret"})
        post.tell()
        post.deliver()
        assert server.calls == 1
    delivery, (tried,) = post.newest()
    _assert_says(post, row, delivery, tried)
    assert tried.answer.sent.startswith(f"POST {endpoint.url}\n")
    assert "s3cret" not in tried.answer.sent
    kept = post.receiver(delivery)
    assert isinstance(kept, Endpoint)
    assert (kept.off is not None) is row.is_off
    assert (kept.off_because == "it answered 410: it wants nothing more") is row.is_off
    assert (kept.failing is None) is (row.state is DELIVERED or row.is_off)


def _assert_says(post: Post, row: Row, delivery: Delivery, tried: Try) -> None:
    wait = delivery.next_attempt - post.clock.now() if delivery.state is WAITING else None
    said = (delivery.state, delivery.status, delivery.note, wait)
    assert said == (row.state, row.status, row.note, row.wait)
    assert (tried.number, tried.answer.status) == (1, row.status)
    assert len(tried.answer.body.encode()) <= KEPT_RESPONSE
    assert tried.answer.seconds < TOTAL + 3
    assert row.says in tried.answer.body


class TestTls:
    def test_a_receiver_with_a_certificate_of_its_own_making_is_sent_nothing(self, post: Post, tmp_path: Path) -> None:
        with serving(answering(200), tls=speaking_tls(certificate(tmp_path))) as server:
            post.endpoint(server.url)
            post.tell()
            post.deliver()
        assert not any(server.heard)
        assert post.newest()[0].note == "the certificate of 127.0.0.1 is not good: self-signed certificate"

    def test_a_receiver_that_speaks_no_tls_is_sent_nothing(self, post: Post) -> None:
        with serving(lambda call: call.say(b"HTTP/1.1 200 OK\r\n\r\n")) as server:
            post.endpoint(server.url.replace("http:", "https:"))
            post.tell()
            post.deliver()
        delivery, _ = post.newest()
        assert (delivery.state, delivery.note) == (WAITING, "TLS with 127.0.0.1 failed: wrong version number")

    def test_a_receiver_with_a_good_one_is_sent_everything(self, post: Post, tmp_path: Path) -> None:
        files = certificate(tmp_path)
        post.authorities = files[0]
        with serving(answering(200), tls=speaking_tls(files)) as server:
            post.endpoint(server.url)
            post.tell()
            post.deliver()
        assert post.newest()[0].state is DELIVERED


class TestOverTime:
    def test_a_receiver_that_is_down_is_asked_eight_times_and_then_no_more(self, post: Post) -> None:
        with serving(answering(500)) as server:
            post.endpoint(server.url)
            post.tell()
            for wait in ATTEMPTS:
                post.clock.advance(seconds=wait.total_seconds())
                assert len(post.deliver()) == 1
            post.clock.advance(days=2)
            assert post.deliver() == []
            assert server.calls == len(ATTEMPTS)
        delivery, tries = post.newest()
        assert (delivery.state, delivery.attempts, len(tries)) == (DEAD, 8, 8)

    def test_a_receiver_that_is_down_for_five_days_is_switched_off_and_the_log_says_why(self, post: Post) -> None:
        with serving(answering(500)) as server:
            endpoint, _ = post.endpoint(server.url)
            post.tell()
            post.deliver()
            post.clock.advance(days=4, hours=23)
            post.deliver()
            assert _kept(post, endpoint).off is None
            post.clock.advance(hours=1)
            post.tell()
            post.deliver()
            kept = _kept(post, endpoint)
            assert kept.off == post.clock.now()
            assert kept.off_because == "nothing has arrived for 5 days; the last attempt: answered 500"
            post.tell()
            assert post.deliver() == []

    def test_one_arrival_in_between_gives_it_five_days_more(self, post: Post) -> None:
        with serving(in_turn(500, 200, 200, 500)) as server:
            endpoint, _ = post.endpoint(server.url)
            for _ in range(3):
                post.tell()
                post.deliver()
                post.clock.advance(days=4)
            assert server.calls == 4
        kept = _kept(post, endpoint)
        assert (kept.off, kept.failing) == (None, post.clock.now() - timedelta(days=4))

    def test_what_waited_goes_out_once_the_receiver_is_back_with_the_same_id(self, post: Post) -> None:
        with serving(in_turn(503, 204)) as server:
            post.endpoint(server.url)
            event = post.tell()
            post.deliver()
            post.clock.advance(seconds=5)
            post.deliver()
        assert [f"webhook-id: {event.key}".encode() in heard for heard in server.heard] == [True, True]
        assert post.newest()[0].state is DELIVERED


@pytest.mark.parametrize("status", [410, 500])
def test_what_an_old_address_answers_says_nothing_of_a_new_one(post: Post, status: int) -> None:
    def talk(call: Call) -> None:
        moved = replace(_kept(post, endpoint), url="https://new.example/")
        post.write(lambda uow: uow.endpoints.change(moved))
        answering(status)(call)

    with serving(talk) as server:
        endpoint, _ = post.endpoint(server.url)
        post.tell()
        post.deliver()
    kept = _kept(post, endpoint)
    assert (kept.off, kept.failing) == (None, None)
    assert post.newest()[0].status == status


def _kept(post: Post, endpoint: Endpoint) -> Endpoint:
    return post.read(lambda uow: uow.endpoints.get(endpoint.id))


NO_TOKEN = "the platform gave no access token: "  # noqa: S105 - no token
TOKEN = answering(200, {}, json.dumps({"access_token": "tok3n", "expires_in": 3600}).encode())
LATER = (
    "the platform has a score from later than this one, typed in there or by a clock that is fast, or a backup of ours "
    "was restored"
)
SCORES = {
    "who takes it": answered(200, DELIVERED),
    "who takes it with ten megabytes": WEBHOOKS["who takes it with ten megabytes"],
    "a time-out": WEBHOOKS["a time-out"],
    "a slow header": WEBHOOKS["a slow header"],
    "a slow body": WEBHOOKS["a slow body"],
    "301 to a private address": answered(301, DEAD, location=PRIVATE),
    "307 to a private address": answered(307, DEAD, location=PRIVATE),
    "400": answered(400, DEAD),
    "401, also to a new token": answered(401),
    "403": answered(403, DEAD),
    "404": answered(404, DEAD),
    "408": answered(408),
    "409, though nothing newer was sent": Row(answering(409), f"answered 409: {LATER}", WAITING, 409),
    "410": Row(answering(410), "answered 410", DEAD, 410, wait=None),
    "422": answered(422, DEAD),
    "425": answered(425),
    "429": answered(429),
    "429 with Retry-After": answered(429, wait=timedelta(minutes=2), retry_after="120"),
    "500": answered(500),
    "503 with Retry-After": answered(503, wait=timedelta(minutes=2), retry_after="120"),
    "a connection reset": WEBHOOKS["a connection reset"],
    "garbage": WEBHOOKS["garbage"],
}
TOKENS = {
    "a time-out": Row(silent, f"{NO_TOKEN}no answer came in time; check its token address"),
    "a slow body": Row(
        slow_body, f"{NO_TOKEN}it answered 200, but not to the end within 1.5 s; check its token address"
    ),
    "301 to a private address": Row(answering(301, {"location": PRIVATE}), f"{NO_TOKEN}it answered 301; check that"),
    "401": Row(answering(401), f"{NO_TOKEN}it answered 401; check that"),
    "500": Row(answering(500), f"{NO_TOKEN}it answered 500; check that"),
    "a connection reset": Row(cut, f"{NO_TOKEN}the connection was cut before an answer came; check its token address"),
    "ten megabytes": Row(answering(200, {}, TEN_MEGABYTES), "the platform answered 200, but without an access token"),
    "a page to log in": Row(answering(200, {}, b"<html>"), "the platform answered 200, but without an access token"),
    "a clock ten minutes off": Row(
        answering(400, {}, b'{"error":"invalid_client","error_description":"assertion is expired"}'),
        f"{NO_TOKEN}it answered 400 (invalid_client: assertion is expired); check that it knows our client id and the "
        "address of our keys, and that its clock and ours agree",
    ),
}


def platform(*, token: Talk = TOKEN, score: Talk) -> Talk:
    """Return a platform that behaves like this where tokens are given, and like that where scores are taken."""

    def talk(call: Call) -> None:
        (token if call.listen().startswith(b"POST /token ") else score)(call)

    return talk


@pytest.mark.parametrize("row", SCORES.values(), ids=SCORES)
def test_a_platform_misbehaves(post: Post, row: Row) -> None:
    with serving(platform(score=row.talk)) as server:
        post.column(server.url.removesuffix("/hook"))
        post.score()
        post.deliver()
        assert server.calls == (4 if row.status == 401 else 2)  # a token and the score; a new token and the score again
    delivery, (tried,) = post.newest()
    _assert_says(post, row, delivery, tried)
    assert '"scoreGiven": 3' in tried.answer.sent
    assert "tok3n" not in tried.answer.sent
    assert (post.receiver(delivery).failing is None) is (row.state in {DELIVERED, DEAD} or row.status == 409)


@pytest.mark.parametrize("row", TOKENS.values(), ids=TOKENS)
def test_a_platform_gives_no_token(post: Post, row: Row) -> None:
    with serving(platform(token=row.talk, score=answering(200))) as server:
        post.column(server.url.removesuffix("/hook"))
        post.score()
        post.deliver()
        assert server.calls == 1
    delivery, (tried,) = post.newest()
    assert (delivery.state, delivery.status) == (WAITING, None)
    assert delivery.note.startswith(row.note)
    assert delivery.next_attempt - post.clock.now() == SOON
    assert post.receiver(delivery).failing == post.clock.now()
    assert tried.answer.problem == delivery.note


class TestPlatforms:
    def test_one_with_a_certificate_of_its_own_making_is_sent_nothing(self, post: Post, tmp_path: Path) -> None:
        with serving(answering(200), tls=speaking_tls(certificate(tmp_path))) as server:
            post.column(server.url.removesuffix("/hook"))
            post.score()
            post.deliver()
        assert not any(server.heard)
        note = post.newest()[0].note
        assert note.startswith(f"{NO_TOKEN}the certificate of 127.0.0.1 is not good: self-signed certificate")

    def test_a_token_that_was_taken_back_is_renewed_once_and_the_score_arrives(self, post: Post) -> None:
        with serving(platform(score=in_turn(401, 200))) as server:
            post.column(server.url.removesuffix("/hook"))
            post.score()
            post.deliver()
            assert server.calls == 4
        assert post.newest()[0].state is DELIVERED

    def test_409_when_a_newer_grade_waits_means_superseded_and_the_newer_one_is_sent(self, post: Post) -> None:
        answers = iter([409, 200])

        def score(call: Call) -> None:
            status = next(answers)
            if status == 409:
                post.score(4)
            answering(status)(call)

        with serving(platform(score=score)) as server:
            post.column(server.url.removesuffix("/hook"))
            post.score(3)
            (first,) = post.deliver()
            kept = post.read(lambda uow: uow.outbox.get(first.delivery.id))
            assert (kept.state, kept.note) == (SUPERSEDED, "answered 409; a newer grade is on its way")
            post.deliver()
        assert post.newest()[0].state is DELIVERED
        assert b'"scoreGiven": 4' in server.heard[-1]

    def test_one_whose_clock_is_ten_minutes_fast_gets_the_grade_once_ours_has_caught_up(self, post: Post) -> None:
        taken = [now() + timedelta(minutes=10)]  # it stamped a score of before by its own clock

        def score(call: Call) -> None:
            told = json.loads(call.listen().partition(b"\r\n\r\n")[2])
            is_later = told["timestamp"] > taken[0].isoformat()
            answering(200 if is_later else 409)(call)

        with serving(platform(score=score)) as server:
            post.column(server.url.removesuffix("/hook"))
            post.score()
            post.deliver()
            assert post.newest()[0].note == f"answered 409: {LATER}"
            for wait in ATTEMPTS[1:4]:
                post.clock.advance(seconds=wait.total_seconds())
                post.deliver()
        delivery, tries = post.newest()
        assert (delivery.state, len(tries)) == (DELIVERED, 4)
