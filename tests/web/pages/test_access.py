"""Who may see which page: every route of the pages has a row, and one without fails the first test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.web.pages.browser import Browser, forms, visiting
from tests.web.places import NAMES, address, numbers, school_for

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.school import School

LOGINS = ("ada", "bob", "ines", "tess", "cleo", "otto")
"""The owner of submission, attempt and token, another student, the instructor and the assistant of the same
course; then a student and the instructor of another course."""

ALL, OF_COURSE = (200,) * 6, (200, 200, 200, 200, 404, 404)
OWN, MINE = (200, 404, 200, 200, 404, 404), (200, 404, 404, 404, 404, 404)
STAFF, INSTRUCTOR = (403, 403, 200, 200, 404, 404), (403, 403, 200, 403, 404, 404)
MAKERS = (403, 403, 200, 403, 403, 200)
NOT_NOW = (403, 403, 409, 403, 404, 404)


class Row(NamedTuple):
    """A call, and the status it has for each of LOGINS, after redirects; *form* is sent with it."""

    call: str
    statuses: tuple[int, ...]
    form: dict[str, str] | None = None


C = "/courses/<name:course>"
E = f"{C}/exercises/<name:exercise>"
S = "/submissions/<int:submission_id>"
Q = f"{C}/quizzes/<name:quiz>"
M = f"{C}/staff/roster"
T = f"{C}/staff/assignments/<kind:kind>/<name:item>"
P = f"{C}/staff/students/<name:login>"
R = f"{C}/staff/regrades"
N = f"{C}/staff/endpoints"
W = f"{N}/<int:endpoint_id>"
D = f"{C}/staff/deliveries"
L = f"{C}/staff/lms"
LP = f"{L}/platforms/<int:platform_id>"
LC = f"{L}/courses/<int:context_id>"
THEIRS = {
    "name": "Campus",
    "family": "moodle",
    "issuer": "https://x.example",
    "client_id": "c",
    "auth_url": "https://x.example/a",
    "token_url": "https://x.example/t",
    "jwks_url": "https://x.example/k",
}
A = "/attempts/<int:attempt_id>"
TABLE = (
    Row("GET /", ALL),
    Row(f"GET {C}", OF_COURSE),
    Row(f"GET {C}/lesson", OF_COURSE),
    Row(f"GET {C}/figures/<name:figure>", OF_COURSE),
    Row(f"GET {E}", OF_COURSE),
    Row(f"POST {E}", OF_COURSE, {"source": "x = 1"}),
    Row(f"GET {E}/draft", OF_COURSE),
    Row(f"PUT {E}/draft", OF_COURSE, {"source": "x = 1"}),
    Row(f"POST {E}/draft", OF_COURSE, {"source": "x = 1"}),
    Row(f"GET {E}/submissions", OF_COURSE),
    Row(f"GET {S}", OWN),
    Row(f"GET {S}/live", OWN),
    Row(f"GET {S}/events", OWN),
    Row(f"GET {S}/diff/<int:other_id>", OWN),
    Row(f"GET {Q}", OF_COURSE),
    Row(f"POST {Q}/attempts", OF_COURSE),
    Row(f"GET {A}", OWN),
    Row(f"POST {A}/answers", MINE, {"was-six": "", "answer-six": "6"}),
    Row(f"GET {A}/answers", OWN),
    Row(f"PUT {A}/answers/<name:question>", MINE, {"answer-six": "6"}),
    Row(f"GET {A}/finish", OWN),
    Row(f"POST {A}/finish", MINE),
    Row(f"POST {S}/comments", (403, 404, 200, 200, 404, 404), {"line": "", "text": "Why?"}),
    Row(f"POST {S}/comments/<int:comment_id>/withdraw", (403, 404, 200, 200, 404, 404)),
    Row(f"POST {S}/rerun", (403, 404, 409, 409, 404, 404)),
    Row(f"GET {C}/staff/exercises/<name:exercise>/similar", STAFF),
    Row(f"GET {C}/staff/similar/<int:one>/<int:other>", STAFF),
    Row(f"GET {M}", STAFF),
    Row(f"GET {M}.csv", STAFF),
    Row(f"POST {M}/people", INSTRUCTOR, {"login": "eve", "name": "Eve", "role": "student"}),
    Row(f"GET {M}/people/<name:login>", STAFF),
    Row(f"POST {M}/people/<name:login>", INSTRUCTOR, {"role": "student", "section": "A"}),
    Row(f"POST {M}/people/<name:login>/remove", INSTRUCTOR),
    Row(f"POST {M}/people/<name:login>/invite", INSTRUCTOR),
    Row(f"POST {M}/invitations", INSTRUCTOR),
    Row(f"GET {M}/import", INSTRUCTOR),
    Row(f"POST {M}/import", INSTRUCTOR, {"text": "login\nbob\n"}),
    Row(f"POST {M}/import/apply", (403, 403, 409, 403, 404, 404), {"text": "login\nbob\n", "expected": "older"}),
    Row(f"GET {C}/staff/settings", INSTRUCTOR),
    Row(f"POST {C}/staff/settings", INSTRUCTOR, {"title": "Spring again"}),
    Row(f"POST {C}/staff/copy", INSTRUCTOR, {"slug": "winter", "title": "Winter"}),
    Row("GET /courses/new", MAKERS),
    Row("POST /courses/new", MAKERS, {"slug": "winter", "title": "Winter", "lesson": "channels"}),
    Row(f"GET {C}/staff/board", STAFF),
    Row(f"GET {C}/staff/log", INSTRUCTOR),
    Row(f"GET {C}/staff/log.csv", INSTRUCTOR),
    Row(f"GET {C}/staff/log.jsonl", INSTRUCTOR),
    Row(f"GET {C}/staff/gradebook", STAFF),
    Row(f"GET {C}/staff/gradebook.csv", STAFF),
    Row(f"GET {C}/staff/gradebook.json", STAFF),
    Row(f"GET {P}", STAFF),
    Row(f"POST {P}/overrides/<kind:kind>/<name:item>", INSTRUCTOR, {"points": "4", "reason": "Ours."}),
    Row(f"POST {P}/overrides/<int:override_id>/withdraw", INSTRUCTOR),
    Row(f"GET {C}/staff/insight", STAFF),
    Row(f"GET {C}/staff/insight/exercises/<name:exercise>", STAFF),
    Row(f"GET {C}/staff/insight/quizzes/<name:quiz>", STAFF),
    Row(f"GET {C}/staff/assignments", STAFF),
    Row(f"GET {T}", STAFF),
    Row(f"POST {T}", INSTRUCTOR, {"late": "none", "offered": "on"}),
    Row(f"POST {T}/extensions", STAFF, {"login": "ada", "attempts": "2", "reason": "ill"}),
    Row(f"GET {R}", INSTRUCTOR),
    Row(f"GET {R}/new", INSTRUCTOR),
    Row(f"POST {R}/new", NOT_NOW, {"exercise": "pointwise-conv", "scope": "all", "reason": "a wrong test"}),
    Row(f"GET {R}/<int:regrade_id>", INSTRUCTOR),
    Row(f"GET {R}/<int:regrade_id>/progress", INSTRUCTOR),
    Row(f"POST {R}/<int:regrade_id>/apply", NOT_NOW),
    Row(f"POST {R}/<int:regrade_id>/discard", INSTRUCTOR),
    Row(f"POST {R}/<int:regrade_id>/undo", NOT_NOW),
    Row(f"GET {N}", STAFF),
    Row(f"POST {N}", INSTRUCTOR, {"name": "Archive", "url": "https://x.example/"}),
    Row(f"GET {W}", STAFF),
    Row(f"POST {W}", INSTRUCTOR, {"name": "Archive", "url": "https://x.example/"}),
    Row(f"POST {W}/rotate", INSTRUCTOR),
    Row(f"POST {W}/switch", INSTRUCTOR, {"on": "0"}),
    Row(f"POST {W}/test", INSTRUCTOR),
    Row(f"POST {W}/remove", INSTRUCTOR),
    Row(f"GET {D}", STAFF),
    Row(f"GET {D}/<int:delivery_id>", STAFF),
    Row(f"POST {D}/<int:delivery_id>/replay", INSTRUCTOR),
    Row(f"GET {D}/again", INSTRUCTOR),
    Row(f"POST {D}/again", INSTRUCTOR),
    Row(f"GET {L}", STAFF),
    Row(f"POST {L}/code", INSTRUCTOR),
    Row(f"GET {L}/new", INSTRUCTOR),
    Row(f"POST {L}/new", INSTRUCTOR, {"family": "canvas"}),
    Row(f"GET {LP}", STAFF),
    Row(f"POST {LP}", INSTRUCTOR, THEIRS),
    Row(f"POST {LP}/check", INSTRUCTOR),
    Row(f"POST {LP}/remove", INSTRUCTOR),
    Row(f"GET {LC}", STAFF),
    Row(f"POST {LC}/sync", INSTRUCTOR),
    Row(f"POST {LC}/columns", INSTRUCTOR, {"item": "quiz:weights"}),
    Row(f"POST {LC}/columns/<int:line_item_id>/remove", INSTRUCTOR),
    Row(f"POST {LC}/compare", INSTRUCTOR),
    Row(f"POST {LC}/resend", INSTRUCTOR),
    Row(f"POST {LC}/free", NOT_NOW),
    Row("GET /profile", ALL),
    Row("POST /profile/tokens", ALL, {"name": "x", "scope": "read", "days": "7"}),
    Row("POST /profile/tokens/<int:token_id>/revoke", MINE),
    Row("POST /profile/password", (422,) * 6),
    Row("POST /theme", ALL),
    Row("POST /lti/pick", (422,) * 6, {"asked": "made up", "item": "exercise:pointwise-conv"}),
)
OPEN_TO_ALL = {
    "GET /static/<path:filename>",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-out",
    "GET /invitation/<name:secret>",
    "POST /invitation/<name:secret>",
    "GET /lti/jwks",
    "GET /lti/<name:key>/login",
    "POST /lti/<name:key>/login",
    "GET /lti/<name:key>/launch",
    "POST /lti/<name:key>/launch",
    "POST /lti/connect",
    "GET /lti/register/<name:secret>",
    "POST /lti/register/<name:secret>",
    "GET /lti/tab/<name:secret>",
    "POST /lti/tab/<name:secret>",
    "POST /hooks/<name:key>",
}
CELLS = [
    pytest.param(row, login, status, id=f"{row.call} {login} {status}")
    for row in TABLE
    for login, status in zip(LOGINS, row.statuses, strict=True)
]


def routes(school: School) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in school.app().url_map.iter_rules()
        if not rule.rule.startswith(("/api/", "/healthz"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def make(school: School, browser: Browser, row: Row) -> TestResponse:
    values = NAMES | numbers(school)
    method, path = row.call.split(" ")
    path = address(path, values)
    token = forms(browser.get("/sign-in"))["/sign-in"].fields["csrf_token"]
    data = {"csrf_token": token, **(row.form or {})} if method != "GET" else None
    return browser.client.open(path, method=method, data=data, follow_redirects=True)


def test_every_route_has_a_row(school: School) -> None:
    assert routes(school) == {row.call for row in TABLE} | OPEN_TO_ALL


@pytest.mark.parametrize(("row", "login", "status"), CELLS)
def test_a_page_is_shown_as_its_row_says(row: Row, login: str, status: int) -> None:
    with school_for(row.call) as school:
        answer = make(school, visiting(school, login), row)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.call)
def test_who_is_not_visiting_is_sent_to_the_door(row: Row) -> None:
    with school_for(row.call) as school:
        answer = make(school, Browser(school.app().test_client()), row)
    assert (answer.status_code, answer.request.path) == (200, "/sign-in")


@pytest.mark.parametrize("row", [row for row in TABLE if not row.call.startswith("GET ")], ids=lambda row: row.call)
def test_nothing_is_changed_by_a_form_that_is_not_ours(row: Row) -> None:
    with school_for(row.call) as school:
        browser, values = visiting(school), NAMES | numbers(school)
        method, path = row.call.split(" ")
        path = address(path, values)
        assert browser.client.open(path, method=method, data=row.form).status_code == 400


@pytest.mark.parametrize("row", [row for row in TABLE if row.call.startswith("GET ")], ids=lambda row: row.call)
def test_a_page_loads_only_what_lies_here(row: Row) -> None:
    with school_for(row.call) as school:
        answer = make(school, visiting(school, "ines" if "/staff/" in row.call else "ada"), row)
    assert not [a for a in re.findall(r'(?:src|href|action)="([^"]*)"', answer.text) if re.match(r"\w+:|//", a)]
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy or answer.mimetype == "image/svg+xml"
