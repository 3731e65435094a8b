"""Errors become HTTP in one place; what only we can act on says a reference and nothing else."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader.domain.errors import BadExercise, DatabaseBusy, GraderError, Internal, NoJail
from tests.fakes import FakeCatalogue
from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask.testing import FlaskClient

    from tests.web.school import School


class BrokenCatalogue(FakeCatalogue):
    """Raises what a test gives it."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def exercises(self, lesson: str) -> NoReturn:
        raise self._error


class BusyUnitOfWork:
    """A database that does not answer."""

    def reading(self) -> AbstractContextManager[None]:
        raise DatabaseBusy("password=hunter2 host=db timed out")


@pytest.mark.parametrize(
    "error", [RuntimeError("secret-1"), Internal("secret-2"), BadExercise("secret-3: scenarios.py")]
)
def test_a_fault_of_ours_is_told_as_a_reference_that_the_log_has(
    school: School, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    answer = school.client(catalogue=BrokenCatalogue(error)).get("/api/v1/courses/spring/exercises")
    told = body(answer)["error"]
    assert (answer.status_code, told["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert told["reference"] in caplog.text
    assert str(error) in caplog.text


@pytest.mark.parametrize("error", [DatabaseBusy("secret-1"), NoJail("secret-2")])
def test_what_is_missing_or_down_is_told_without_saying_where(school: School, error: GraderError) -> None:
    answer = school.client(catalogue=BrokenCatalogue(error)).get("/api/v1/courses/spring/exercises")
    assert (answer.status_code, body(answer)["error"]["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) == body(answer)["error"]["retry_after"]
    assert "secret" not in answer.text


def test_a_database_that_does_not_answer_is_told_before_anyone_is_signed_in(school: School) -> None:
    answer = school.client(make_uow=BusyUnitOfWork).post(f"{EXERCISE}/submissions", json={"source": "x = 1"})
    assert answer.status_code == 503
    assert "hunter2" not in answer.text


def test_health_needs_the_database(school: School) -> None:
    assert body(school.client("nobody").get("/healthz")) == {"status": "ok"}
    assert school.client("nobody", make_uow=BusyUnitOfWork).get("/healthz").status_code == 503


def test_no_token_reaches_a_log_or_an_error(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    broken = school.client(catalogue=BrokenCatalogue(RuntimeError("broken")))
    texts = [broken.get("/api/v1/courses/spring/exercises?token=x").text]
    texts += [school.client(login).get("/api/v1/courses").text for login in ("ada", "stranger")]
    assert "broken" in caplog.text
    for token in school.tokens.values():
        assert token not in caplog.text + "".join(texts)


@pytest.mark.parametrize(
    "path", ["/api/v1/courses", "/api/v1/openapi.json", "/healthz", "/api/nowhere", "/api/v1/submissions/9"]
)
def test_every_answer_tells_browsers_to_do_nothing_with_it(ada: FlaskClient, path: str) -> None:
    headers = ada.get(path).headers
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert re.match(r"default-src 'none'", headers["Content-Security-Policy"])
    assert "Set-Cookie" not in headers
