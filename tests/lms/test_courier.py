"""One webhook, sent: what the log says was sent, and what came back of whatever was answered."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.delivery import KEPT_RESPONSE, Answer
from grader.lms.answers import retry_after, shown
from grader.lms.courier import WebCourier
from grader.lms.outgoing import Outgoing
from tests.lms.raw_server import LOOPBACK, answering, serving

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY = '{"type":"endpoint.test","data":{"name":"Zoë"}}'.encode()


@cache
def courier() -> WebCourier:
    return WebCourier(Outgoing([LOOPBACK], 0.8, 3.0))


def answered(status: int = 200, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
    with serving(answering(status, headers, body)) as server:
        return courier().post(server.url, headers={}, body=BODY)


def test_what_is_sent_is_exactly_what_was_given() -> None:
    with serving(answering()) as server:
        courier().post(server.url, headers={"webhook-id": "msg_1"}, body=BODY)
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook HTTP/1.1"
    assert {"Content-Type: application/json", "webhook-id: msg_1", f"Content-Length: {len(BODY)}"} <= set(lines)
    assert body == BODY


def test_the_log_shows_the_request_and_hides_what_is_secret() -> None:
    with serving(answering()) as server:
        headers = {"webhook-id": "msg_1", "Authorization": "Bearer s3cret"}
        answer = courier().post(server.url, headers=headers, body=BODY, hidden=["authorization"])
    assert b"Authorization: Bearer s3cret" in server.heard[0]
    assert answer.sent.split("\n") == [
        f"POST {server.url}",
        "Content-Type: application/json",
        "webhook-id: msg_1",
        "Authorization: …",
        "",
        BODY.decode(),
    ]


@pytest.mark.parametrize("value", ["a\r\nHost: evil.example", "a\nb", "ключ"])
def test_a_header_that_can_not_be_sent_is_a_problem_and_sends_nothing(value: str) -> None:
    with serving(answering()) as server:
        answer = courier().post(server.url, headers={"X-A": value}, body=BODY)
        assert server.calls == 0
    assert answer.status is None
    assert answer.problem


def test_an_answer_is_kept_with_its_status_and_how_long_it_took() -> None:
    answer = answered(422, {}, b'{"error":"no such course"}')
    assert (answer.status, answer.body, answer.problem, answer.note) == (
        422,
        '{"error":"no such course"}',
        "",
        "answered 422",
    )
    assert 0 < answer.seconds < 3


@pytest.mark.parametrize(
    "body",
    [b"x" * 10_000_000, b"\xff" * 5000, "é".encode() * 3000, b"\0" * 5000, b"\x1b[31m" * 1000, b"\r\n" * 4000],
    ids=["10 MB", "no text", "two bytes each", "NUL", "colours", "lines"],
)
def test_of_an_answer_four_kilobytes_are_kept_whatever_it_is(body: bytes) -> None:
    kept = answered(200, {}, body).body
    assert 0 < len(kept.encode()) <= KEPT_RESPONSE


def test_what_is_kept_rewrites_no_terminal() -> None:
    assert shown(b"\x1b]0;owned\x07 ok\r\n\tnext\xe2\x80\xae") == "\\x1b]0;owned\\x07 ok\n\tnext\\u202e"


HOUR = timedelta(hours=1)
DATE, IN_AN_HOUR = "Fri, 01 May 2026 12:00:00 GMT", "Fri, 01 May 2026 13:00:00 GMT"
WAITS: dict[str, tuple[dict[str, str], timedelta | None]] = {
    "none": ({}, None),
    "seconds": ({"retry-after": "90"}, timedelta(seconds=90)),
    "blanks": ({"retry-after": " 90 "}, timedelta(seconds=90)),
    "at once": ({"retry-after": "0"}, timedelta(0)),
    "too long": ({"retry-after": "999999"}, timedelta(hours=24)),
    "far too long": ({"retry-after": "9" * 5000}, timedelta(hours=24)),
    "below none": ({"retry-after": "-5"}, None),
    "a fraction": ({"retry-after": "1.5"}, None),
    "words": ({"retry-after": "soon"}, None),
    "other digits": ({"retry-after": "٣"}, None),
    "a date, by its own clock": ({"date": DATE, "retry-after": IN_AN_HOUR}, HOUR),
    "a date of before": ({"date": IN_AN_HOUR, "retry-after": DATE}, timedelta(0)),
    "a date without its own": ({"retry-after": IN_AN_HOUR}, None),
    "a date without a zone": ({"date": DATE, "retry-after": "Fri, 01 May 2026 13:00:00"}, None),
    "a zone of its own": ({"date": DATE, "retry-after": "Fri, 01 May 2026 14:00:00 +0100"}, HOUR),
    "a year of twenty digits": ({"date": DATE, "retry-after": f"Fri, 01 May {'9' * 20} 12:00:00 GMT"}, None),
    "a day of twenty digits": ({"date": DATE, "retry-after": f"Fri, {'9' * 20} May 2026 12:00:00 GMT"}, None),
    "a zone of twenty digits": ({"date": DATE, "retry-after": f"Fri, 01 May 2026 12:00:00 +{'9' * 20}"}, None),
    "its own date in no form": ({"date": "yesterday", "retry-after": IN_AN_HOUR}, None),
}


@pytest.mark.parametrize(("headers", "wait"), WAITS.values(), ids=WAITS)
def test_how_long_to_stay_away(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(headers) == wait


def test_how_long_to_stay_away_is_read_from_an_answer() -> None:
    assert answered(429, {"Retry-After": "120"}).retry_after == timedelta(seconds=120)
