"""Bad input that HTTP can bring: a clear message each, and nothing is kept."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from werkzeug.test import EnvironBuilder

from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = f"{EXERCISE}/submissions"
LIMIT = 256 * 1024
LONG = b"x = 1\n" * 1000


class Bad(NamedTuple):
    """A call, and what it must be answered with."""

    call: dict[str, Any]
    status: int
    code: str
    says: str
    field: str | None = None


def raw(data: bytes, content_type: str = "text/x-python") -> dict[str, Any]:
    return {"data": data, "content_type": content_type}


def as_json(text: str | bytes) -> dict[str, Any]:
    return raw(text if isinstance(text, bytes) else text.encode(), "application/json")


def form(**fields: str | tuple[io.BytesIO, str]) -> dict[str, Any]:
    return {"data": fields, "content_type": "multipart/form-data"}


def a_file(data: bytes = b"x = 1") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), "solution.py"


TABLE = {
    # the source itself
    "empty": Bad(raw(b""), 422, "invalid", "empty", "source"),
    "blank": Bad({"json": {"source": " \n"}}, 422, "invalid", "empty", "source"),
    "an empty file": Bad(form(file=a_file(b"")), 422, "invalid", "empty", "source"),
    "not UTF-8": Bad(raw(b"x = '\xff'"), 422, "invalid", "0xff", "source"),
    "a NUL byte": Bad(raw(b"x = 1\n\0"), 422, "invalid", "line 2", "source"),
    "a NUL byte in JSON": Bad({"json": {"source": "x\0"}}, 422, "invalid", "NUL", "source"),
    "a syntax error": Bad(raw(b"x = 1\ny = = 2"), 422, "invalid", "syntax error in line 2", "source"),
    "nested too deeply": Bad(raw(b"(" * 5000 + b")" * 5000), 422, "invalid", "nested", "source"),
    # its size
    "one byte too many": Bad(raw(b"#" * (LIMIT + 1)), 413, "too_large", "256 KiB"),
    "one byte too many in JSON": Bad({"json": {"source": "#" * (LIMIT + 1)}}, 413, "too_large", "256 KiB"),
    "one byte too many in a file": Bad(form(file=a_file(b"#" * (LIMIT + 1))), 413, "too_large", "256 KiB"),
    "a body far too large": Bad({"json": {"source": "#" * 2_000_000}}, 413, "too_large", "256 KiB"),
    "a file far too large": Bad(form(file=a_file(b"#" * 2_000_000)), 413, "too_large", "256 KiB"),
    "a source far too large": Bad(raw(b"#" * 2_000_000), 413, "too_large", "256 KiB"),
    # JSON
    "no JSON": Bad(as_json("{source"), 400, "bad_request", "malformed JSON"),
    "nothing as JSON": Bad(as_json(""), 400, "bad_request", "malformed JSON"),
    "JSON cut off": Bad(as_json('{"source": "x'), 400, "bad_request", "malformed JSON"),
    "JSON that is not UTF-8": Bad(as_json(b'{"source": "\xff"}'), 400, "bad_request", "malformed JSON"),
    "half a surrogate pair": Bad(as_json(r'{"source": "\ud800"}'), 400, "bad_request", "malformed JSON"),
    "JSON nested deeply": Bad(as_json('{"source": ' + "[" * 100_000), 400, "bad_request", "malformed JSON"),
    "a huge number": Bad(as_json('{"source": ' + "9" * 100_000 + "}"), 400, "bad_request", "malformed JSON"),
    "a huge exponent": Bad(as_json('{"source": 1e999999}'), 422, "invalid", "a string", "source"),
    "NaN": Bad(as_json('{"source": NaN}'), 422, "invalid", "a string", "source"),
    "a list": Bad({"json": ["x = 1"]}, 422, "invalid", "JSON object with: source"),
    "null": Bad(as_json("null"), 422, "invalid", "JSON object with: source"),
    "no source": Bad({"json": {}}, 422, "invalid", "missing", "source"),
    "source that is no string": Bad({"json": {"source": 1}}, 422, "invalid", "a string", "source"),
    "source that is null": Bad({"json": {"source": None}}, 422, "invalid", "a string", "source"),
    "source that is a list": Bad({"json": {"source": ["x = 1"]}}, 422, "invalid", "a string", "source"),
    "an unknown field": Bad(
        {"json": {"source": "x = 1", "points": 4}}, 422, "invalid", "unknown field 'points'", "points"
    ),
    # forms
    "a form without a file": Bad(form(), 422, "invalid", "field 'file'", "file"),
    "a form with another field": Bad(form(file=a_file(), points="4"), 422, "invalid", "'points'", "points"),
    "a form with another file": Bad(form(source=a_file()), 422, "invalid", "'source'", "source"),
    "a form without boundary": Bad(raw(b"--x", "multipart/form-data"), 422, "invalid", "'file'", "file"),
    # other kinds
    "no content type": Bad({"data": b"x = 1"}, 415, "unsupported_media_type", "text/x-python"),
    "what curl sends by itself": Bad(
        raw(b"x = 1", "application/x-www-form-urlencoded"), 415, "unsupported_media_type", "text/x-python"
    ),
    "XML": Bad(raw(b"<x/>", "application/xml"), 415, "unsupported_media_type", "application/json"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_bad_submission_is_refused_clearly_and_not_kept(school: School, name: str) -> None:
    bad, client = TABLE[name], school.client()
    answer = client.post(URL, **bad.call)
    error = body(answer)["error"]
    assert (answer.status_code, error["code"], error.get("field")) == (bad.status, bad.code, bad.field)
    assert bad.says in error["message"]
    assert body(client.get(URL))["submissions"] == []
    assert school.bell.rung == []


def test_too_large_a_body_is_refused_before_it_is_read(school: School) -> None:
    class Unreadable(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            pytest.fail("the body was read")

    sent = {"wsgi.input": Unreadable(), "CONTENT_LENGTH": "9999999", "CONTENT_TYPE": "text/x-python"}
    answer = school.client().post(URL, environ_overrides=sent)
    assert (answer.status_code, "at most 256 KiB" in body(answer)["error"]["message"]) == (413, True)


@pytest.mark.parametrize("content_type", ["text/x-python", "application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_unknown_length_is_read_up_to_the_limit_only(school: School, content_type: str) -> None:
    endless = io.BytesIO(b"#" * (20 * LIMIT))
    sent = {"wsgi.input": endless, "wsgi.input_terminated": True, "CONTENT_TYPE": content_type}
    answer = school.client().post(URL, environ_overrides=sent)
    assert answer.status_code in {400, 413, 422}
    assert endless.tell() < 7 * LIMIT
    assert school.bell.rung == []


@pytest.mark.parametrize("call", [raw(LONG), as_json(json.dumps({"source": LONG.decode()})), form(file=a_file(LONG))])
def test_a_body_that_was_cut_off_on_its_way_is_not_kept(school: School, call: dict[str, Any]) -> None:
    sent = EnvironBuilder(**call).get_environ()
    whole = sent["wsgi.input"].read()
    cut = {
        "wsgi.input": io.BytesIO(whole[: len(whole) // 2]),
        "wsgi.input_terminated": True,  # as gunicorn says
        "CONTENT_TYPE": sent["CONTENT_TYPE"],
        "CONTENT_LENGTH": sent["CONTENT_LENGTH"],
    }
    answer = school.client().post(URL, environ_overrides=cut)
    assert answer.status_code in {400, 422}
    assert school.bell.rung == []


def test_a_name_made_up_by_the_caller_is_cut(ada: FlaskClient) -> None:
    answer = ada.post(URL, json={"x" * 10_000: 1, "source": "x = 1"})
    assert len(answer.data) < 1000


def test_a_closed_course_takes_no_submission(school: School) -> None:
    school.close()
    answer = school.client().post(URL, json={"source": "x = 1"})
    assert answer.status_code == 409
    assert "closed" in body(answer)["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/submissions/0",
        "/api/v1/submissions/-1",
        "/api/v1/submissions/99999999999999999999999999",
        "/api/v1/submissions/one",
        "/api/v1/submissions/1/evil",
        "/api/v1/courses/%00/exercises",
        "/api/v1/courses/" + "x" * 5000 + "/exercises",
        "/api/v2/courses",
    ],
)
def test_an_address_that_is_none_is_answered_in_json(ada: FlaskClient, path: str) -> None:
    answer = ada.get(path)
    assert answer.status_code == 404
    assert body(answer)["error"]["code"] == "not_found"


def test_a_wrong_method_says_which_are_right(ada: FlaskClient) -> None:
    answer = ada.delete("/api/v1/courses")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert body(answer)["error"]["code"] == "method_not_allowed"


def test_too_many_submissions_are_told_when_to_come_back(school: School) -> None:
    client = school.client(submit_limit="2 per minute")
    for _ in range(2):
        assert client.post(URL, json={"source": "x = 1"}).status_code == 202
    answer = client.post(URL, json={"source": "x = 1"})
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert body(answer)["error"]["retry_after"] == int(answer.headers["Retry-After"])
    assert len(school.bell.rung) == 2


def test_one_students_haste_does_not_hold_up_another(school: School) -> None:
    app = school.app(submit_limit="1 per minute")
    for login in ("ada", "bob"):
        assert school.sign_in(app, login).post(URL, json={"source": "x = 1"}).status_code == 202


def test_a_second_token_does_not_double_the_limit(school: School) -> None:
    app = school.app(submit_limit="1 per minute")
    school.sign_in(app, "ada").post(URL, json={"source": "x = 1"})
    school.tokens["ada"] = school.new_token("ada")
    assert school.sign_in(app, "ada").post(URL, data=json.dumps({"source": "x = 1"})).status_code == 429
