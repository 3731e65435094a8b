"""Who may see which page: every route of the pages has a row, and one without fails the first test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.fakes import FakeUnitOfWork
from tests.web.pages.browser import Browser, forms, signed_in
from tests.web.school import School

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

LOGINS = ("ada", "bob", "ines", "cleo", "otto")
"""The owner of submission, attempt and token, another student and the instructor of the same course; then a student and
the instructor of another course."""

ALL, OWN, OF_COURSE = (200,) * 5, (200, 404, 200, 404, 404), (200, 200, 200, 404, 404)


class Row(NamedTuple):
    """A call, and the status it has for each of LOGINS, after redirects; *form* is sent with it."""

    call: str
    statuses: tuple[int, ...]
    form: dict[str, str] | None = None


C = "/courses/<name:course>"
E = f"{C}/exercises/<name:exercise>"
S = "/submissions/<int:submission_id>"
Q = f"{C}/quizzes/<name:quiz>"
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
    Row(f"POST {A}/answers", (200, 404, 404, 404, 404), {"was-six": "", "answer-six": "6"}),
    Row(f"GET {A}/answers", OWN),
    Row(f"PUT {A}/answers/<name:question>", (200, 404, 404, 404, 404), {"answer-six": "6"}),
    Row(f"GET {A}/finish", OWN),
    Row(f"POST {A}/finish", (200, 404, 404, 404, 404)),
    Row("GET /profile", ALL),
    Row("POST /profile/tokens", ALL, {"name": "x", "scope": "read", "days": "7"}),
    Row("POST /profile/tokens/<int:token_id>/revoke", (200, 404, 404, 404, 404)),
    Row("POST /profile/password", (422,) * 5),
    Row("POST /theme", ALL),
)
OPEN_TO_ALL = {
    "GET /static/<path:filename>",
    "GET /sign-in",
    "POST /sign-in",
    "POST /sign-out",
    "GET /invitation/<name:secret>",
    "POST /invitation/<name:secret>",
}
NAMES = {"course": "spring", "exercise": "pointwise-conv", "quiz": "weights", "question": "six", "figure": "six.svg"}
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


def things_of_ada(school: School) -> dict[str, str]:
    """Return numbers of a graded submission, a queued one, an open attempt and a token of Ada's."""
    first, attempt = school.submit("ada"), school.start_quiz("ada")
    school.grade()
    with school.make_uow().reading() as uow:
        token = uow.tokens.of_user(school.users["ada"].id)[0]
    numbers = {"submission_id": first, "other_id": school.submit("ada"), "attempt_id": attempt, "token_id": token.id}
    return {name: str(number) for name, number in numbers.items()}


def make(school: School, browser: Browser, row: Row) -> TestResponse:
    values = NAMES | things_of_ada(school)
    method, path = row.call.split(" ")
    path = re.sub(r"<\w+:(\w+)>", lambda match: values[match[1]], path)
    token = forms(browser.get("/sign-in"))["/sign-in"].fields["csrf_token"]
    data = {"csrf_token": token, **(row.form or {})} if method != "GET" else None
    return browser.client.open(path, method=method, data=data, follow_redirects=True)


def test_every_route_has_a_row(school: School) -> None:
    assert routes(school) == {row.call for row in TABLE} | OPEN_TO_ALL


@pytest.mark.parametrize(("row", "login", "status"), CELLS)
def test_a_page_is_shown_as_its_row_says(school: School, row: Row, login: str, status: int) -> None:
    answer = make(school, signed_in(school, login), row)
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.call)
def test_who_is_not_signed_in_is_sent_to_the_door(row: Row) -> None:
    school = School(FakeUnitOfWork.factory())
    answer = make(school, Browser(school.app().test_client()), row)
    assert (answer.status_code, answer.request.path) == (200, "/sign-in")


@pytest.mark.parametrize("row", [row for row in TABLE if not row.call.startswith("GET ")], ids=lambda row: row.call)
def test_nothing_is_changed_by_a_form_that_is_not_ours(school: School, row: Row) -> None:
    browser, values = signed_in(school), NAMES | things_of_ada(school)
    method, path = row.call.split(" ")
    path = re.sub(r"<\w+:(\w+)>", lambda match: values[match[1]], path)
    assert browser.client.open(path, method=method, data=row.form).status_code == 400


@pytest.mark.parametrize("row", [row for row in TABLE if row.call.startswith("GET ")], ids=lambda row: row.call)
def test_a_page_loads_only_what_lies_here(school: School, row: Row) -> None:
    answer = make(school, signed_in(school), row)
    assert not [a for a in re.findall(r'(?:src|href|action)="([^"]*)"', answer.text) if re.match(r"\w+:|//", a)]
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy or answer.mimetype == "image/svg+xml"
