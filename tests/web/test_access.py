"""Who may call what of the API: every route has a row, and a route without one fails the first test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.fakes import FakeUnitOfWork
from tests.web.places import NAMES, address, numbers, school_for
from tests.web.school import School, body

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

ALL = (200,) * 6
OWN = (200, 404, 200, 200, 404, 404)
MINE = (200, 404, 404, 404, 404, 404)
OF_COURSE = (200, 200, 200, 200, 404, 404)
STAFF = (403, 403, 200, 200, 404, 404)
INSTRUCTOR = (403, 403, 200, 403, 404, 404)
NOT_NOW = (403, 403, 409, 403, 404, 404)
MAKERS = (403, 403, 201, 403, 403, 201)

LOGINS = ("ada", "bob", "ines", "tess", "cleo", "otto")
"""The owner of submission and attempt, another student, the instructor and the assistant of the same course; then
a student and the instructor of another course."""


class Row(NamedTuple):
    """A call, and the status it has for each of LOGINS; *body* is JSON, *csv* a table."""

    call: str
    statuses: tuple[int, ...]
    body: dict[str, Any] | None = None
    csv: str | None = None


C = "/api/v1/courses/<name:course>"
R = f"{C}/regrades/<int:regrade_id>"
BY_HAND = {"kind": "exercise", "item": "pointwise-conv", "points": 4, "reason": "Ours."}
X = f"{C}/students/<name:login>/extensions/<kind:kind>/<name:item>"
N = f"{C}/endpoints/<int:endpoint_id>"
D = f"{C}/deliveries"
L = f"{C}/lms"
LP = f"{L}/platforms/<int:platform_id>"
LC = f"{L}/courses/<int:context_id>"
TABLE = (
    Row("GET /api/v1/courses", ALL),
    Row(f"GET {C}/exercises", OF_COURSE),
    Row(f"GET {C}/exercises/<name:exercise>", OF_COURSE),
    Row(f"GET {C}/exercises/<name:exercise>/submissions", OF_COURSE),
    Row(f"POST {C}/exercises/<name:exercise>/submissions", (202, 202, 202, 202, 404, 404), {"source": "x = 1"}),
    Row("GET /api/v1/submissions/<int:submission_id>", OWN),
    Row("GET /api/v1/submissions/<int:submission_id>/events", OWN),
    Row("GET /api/v1/submissions/<int:submission_id>/comments", OWN),
    Row("POST /api/v1/submissions/<int:submission_id>/comments", (403, 404, 201, 201, 404, 404), {"text": "Why?"}),
    Row(
        "POST /api/v1/submissions/<int:submission_id>/comments/<int:comment_id>/withdraw",
        (403, 404, 200, 200, 404, 404),
    ),
    Row("POST /api/v1/submissions/<int:submission_id>/rerun", (403, 404, 409, 409, 404, 404)),
    Row(f"GET {C}/exercises/<name:exercise>/similar", STAFF),
    Row(f"GET {C}/faults", STAFF),
    Row(f"GET {C}/board", STAFF),
    Row(f"GET {C}/audit", INSTRUCTOR),
    Row(f"GET {C}/audit.csv", INSTRUCTOR),
    Row(f"GET {C}/audit.jsonl", INSTRUCTOR),
    Row("POST /api/v1/courses", MAKERS, {"slug": "winter", "title": "Winter", "lesson": "channels"}),
    Row(f"PATCH {C}", INSTRUCTOR, {"title": "Spring again"}),
    Row(f"POST {C}/copy", (403, 403, 201, 403, 404, 404), {"slug": "winter", "title": "Winter"}),
    Row(f"GET {C}/roster", STAFF),
    Row(f"GET {C}/roster.csv", STAFF),
    Row(f"POST {C}/roster/import", INSTRUCTOR, csv="login\nbob\n"),
    Row(f"PUT {C}/roster/<name:login>", INSTRUCTOR, {"section": "A"}),
    Row(f"DELETE {C}/roster/<name:login>", INSTRUCTOR),
    Row(f"POST {C}/roster/<name:login>/invitation", (403, 403, 201, 403, 404, 404)),
    Row(f"POST {C}/roster/invitations", (403, 403, 201, 403, 404, 404)),
    Row(f"GET {C}/quizzes", OF_COURSE),
    Row(f"POST {C}/quizzes/<name:quiz>/attempts", (201, 201, 201, 201, 404, 404)),
    Row("GET /api/v1/attempts/<int:attempt_id>", OWN),
    Row("PUT /api/v1/attempts/<int:attempt_id>/answers/<name:question>", MINE, {"answer": "6"}),
    Row("POST /api/v1/attempts/<int:attempt_id>/finish", MINE),
    Row(f"GET {C}/assignments", STAFF),
    Row(f"PUT {C}/assignments/<kind:kind>/<name:item>", INSTRUCTOR, {"due": "2026-06-01T18:00Z"}),
    Row(f"PUT {X}", STAFF, {"due": "2026-06-01T18:00Z", "reason": "ill"}),
    Row(f"DELETE {X}", STAFF),
    Row(f"GET {C}/gradebook", STAFF),
    Row(f"GET {C}/gradebook.csv", STAFF),
    Row(f"POST {C}/students/<name:login>/overrides", (403, 403, 201, 403, 404, 404), BY_HAND),
    Row(f"POST {C}/overrides/<int:override_id>/withdraw", INSTRUCTOR),
    Row(f"GET {C}/insight/exercises/<name:exercise>", STAFF),
    Row(f"GET {C}/insight/quizzes/<name:quiz>", STAFF),
    Row(f"GET {C}/regrades", INSTRUCTOR),
    Row(f"POST {C}/regrades", NOT_NOW, {"exercise": "pointwise-conv", "reason": "a wrong test"}),
    Row(f"GET {R}", INSTRUCTOR),
    Row(f"POST {R}/apply", NOT_NOW),
    Row(f"POST {R}/discard", INSTRUCTOR),
    Row(f"POST {R}/undo", NOT_NOW),
    Row(f"GET {C}/endpoints", STAFF),
    Row(f"POST {C}/endpoints", (403, 403, 201, 403, 404, 404), {"name": "Archive", "url": "https://x.example/"}),
    Row(f"GET {N}", STAFF),
    Row(f"PATCH {N}", INSTRUCTOR, {"name": "Archive of the faculty"}),
    Row(f"DELETE {N}", INSTRUCTOR),
    Row(f"POST {N}/rotate", INSTRUCTOR),
    Row(f"POST {N}/switch", INSTRUCTOR, {"on": False}),
    Row(f"POST {N}/test", (403, 403, 202, 403, 404, 404)),
    Row(f"GET {D}", STAFF),
    Row(f"GET {D}/<int:delivery_id>", STAFF),
    Row(f"POST {D}/<int:delivery_id>/replay", INSTRUCTOR),
    Row(f"POST {D}/replay", INSTRUCTOR, {"since": "2026-05-01T00:00Z"}),
    Row(f"GET {L}", STAFF),
    Row(f"POST {L}/platforms", (403, 403, 201, 403, 404, 404), {"family": "canvas"}),
    Row(f"PATCH {LP}", INSTRUCTOR, {"client_id": "c"}),
    Row(f"DELETE {LP}", INSTRUCTOR),
    Row(f"POST {LP}/check", INSTRUCTOR),
    Row(f"POST {L}/code", (403, 403, 201, 403, 404, 404)),
    Row(f"POST {LC}/sync", INSTRUCTOR),
    Row(f"POST {LC}/columns", (403, 403, 201, 403, 404, 404), {"items": ["quiz:weights"]}),
    Row(f"DELETE {L}/columns/<int:line_item_id>", INSTRUCTOR),
    Row(f"GET {LC}/differences", INSTRUCTOR),
    Row(f"POST {LC}/resend", (403, 403, 202, 403, 404, 404)),
    Row(f"DELETE {LC}", NOT_NOW),
    Row(f"GET {C}/students/<name:login>/lms", OWN),
)
OPEN_TO_ALL = {"GET /api/v1/openapi.json", "GET /healthz"}

CELLS = [
    pytest.param(row, login, status, id=f"{row.call} {login} {status}")
    for row in TABLE
    for login, status in zip(LOGINS, row.statuses, strict=True)
]


def call(row: Row, login: str) -> TestResponse:
    """Make the call as *login*, on a graded submission and an open attempt of Ada's."""
    with school_for(row.call) as school:
        values = NAMES | numbers(school)
        method, path = row.call.split(" ")
        path = address(path, values)
        if row.csv is not None:
            return school.quiet(login).open(path, method=method, data=row.csv, content_type="text/csv")
        return school.quiet(login).open(path, method=method, json=row.body)


def test_every_route_has_a_row() -> None:
    app = School(FakeUnitOfWork.factory()).app()
    calls = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/healthz"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert calls == {row.call for row in TABLE} | OPEN_TO_ALL


@pytest.mark.parametrize(("row", "login", "status"), CELLS)
def test_a_call_is_answered_as_its_row_says(row: Row, login: str, status: int) -> None:
    answer = call(row, login)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("login", ["nobody", "stranger"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.call)
def test_without_a_valid_token_every_call_is_refused_alike(row: Row, login: str) -> None:
    answer = call(row, login)
    assert answer.status_code == 401
    assert body(answer)["error"]["code"] == "not_signed_in"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("call_", sorted(OPEN_TO_ALL))
def test_what_is_open_to_all_needs_no_token(school: School, call_: str) -> None:
    assert school.client("nobody").get(call_.split(" ")[1]).status_code == 200


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer grd_\udcff", f"Bearer grd_{'a' * 5000}", "grd_abc"]
)
def test_a_header_that_holds_no_token_is_refused(school: School, header: str) -> None:
    headers = {"Authorization": header.encode("utf-8", "surrogateescape").decode("latin-1")}
    answer = school.client("nobody").get("/api/v1/courses", headers=headers)
    assert answer.status_code == 401


def test_others_and_missing_submissions_look_alike(school: School) -> None:
    number = school.submit("ada")
    others = school.client("bob").get(f"/api/v1/submissions/{number}").text
    missing = school.client("bob").get("/api/v1/submissions/424242").text
    assert others.replace(str(number), "N") == missing.replace("424242", "N")


def test_a_course_of_others_and_a_missing_one_look_alike(school: School) -> None:
    client = school.client("cleo")
    others = client.get("/api/v1/courses/spring/gradebook").text
    missing = client.get("/api/v1/courses/winter/gradebook").text
    assert others.replace("spring", "C") == missing.replace("winter", "C")
