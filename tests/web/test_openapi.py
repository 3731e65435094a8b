"""The API's description is valid, whole, and true about what is asked and answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.web.school import EXERCISE, QUIZ, body

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.school import School

URL = "/api/v1/openapi.json"


@pytest.fixture
def spec(school: School) -> Any:  # noqa: ANN401 - JSON
    return body(school.client("nobody").get(URL))


def operations(spec: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        f"{method.upper()} {path}": operation
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
    }


def test_the_description_is_valid_openapi_3_1(spec: Any) -> None:  # noqa: ANN401 - JSON
    assert spec["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(spec).validate()


def test_every_route_but_the_descriptions_own_is_described(school: School, spec: Any) -> None:  # noqa: ANN401 - JSON
    routes = {
        f"{method} " + re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", rule.rule)
        for rule in school.app().url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/healthz"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert set(operations(spec)) == routes - {f"GET {URL}"}


def test_all_but_health_want_a_token_and_say_what_may_go_wrong(spec: Any) -> None:  # noqa: ANN401 - JSON
    for call, operation in operations(spec).items():
        if call == "GET /healthz":
            assert operation["security"] == []
            continue
        assert operation["security"] == [{"BearerAuth": []}], call
        assert {"401", "500", "503"} <= set(operation["responses"]), call
        assert "404" in operation["responses"] or "{" not in call, call
    assert spec["components"]["securitySchemes"]["BearerAuth"]["scheme"] == "bearer"


def test_every_error_has_the_same_form(spec: Any) -> None:  # noqa: ANN401 - JSON
    for call, operation in operations(spec).items():
        for status, answer in operation["responses"].items():
            if status >= "400":
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ProblemOut"}, (call, status)


def test_source_may_be_sent_in_three_ways(spec: Any) -> None:  # noqa: ANN401 - JSON
    operation = operations(spec)["POST /api/v1/courses/{course}/exercises/{exercise}/submissions"]
    assert set(operation["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
        "text/x-python",
        "text/plain",
        "application/octet-stream",
    }
    assert {"202", "400", "401", "404", "409", "413", "415", "422", "429", "503"} <= set(operation["responses"])


def test_the_description_does_not_repeat_who_asked_first(school: School) -> None:
    told = body(school.client("nobody").get(URL, headers={"Host": "evil.example"}))
    assert told["servers"] == [{"url": "/"}]


def test_no_page_about_the_api_loads_anything_from_elsewhere(school: School) -> None:
    assert not [rule for rule in school.app().url_map.iter_rules() if "docs" in rule.rule]


@pytest.mark.parametrize(
    ("path", "call", "login"),
    [
        ("/api/v1/courses", "GET /api/v1/courses", "ada"),
        (EXERCISE, "GET /api/v1/courses/{course}/exercises/{exercise}", "ada"),
        (f"{EXERCISE}/submissions", "GET /api/v1/courses/{course}/exercises/{exercise}/submissions", "ada"),
        ("/api/v1/submissions/{submission}", "GET /api/v1/submissions/{submission_id}", "ada"),
        ("/api/v1/attempts/{attempt}", "GET /api/v1/attempts/{attempt_id}", "ada"),
        ("/api/v1/courses/spring/quizzes", "GET /api/v1/courses/{course}/quizzes", "ada"),
        ("/api/v1/courses/spring/gradebook", "GET /api/v1/courses/{course}/gradebook", "ines"),
    ],
)
def test_an_answer_is_as_described(school: School, spec: Any, path: str, call: str, login: str) -> None:  # noqa: ANN401 - JSON
    submission = school.submit()
    school.grade()
    attempt = school.start_quiz()
    school.client().post(f"/api/v1/attempts/{attempt}/finish")
    answer = body(school.client(login).get(path.format(submission=submission, attempt=attempt)))
    _validate(spec, operations(spec)[call]["responses"]["200"], answer)


def test_an_error_is_as_described(spec: Any, ada: FlaskClient) -> None:  # noqa: ANN401 - JSON
    operation = operations(spec)["POST /api/v1/courses/{course}/quizzes/{quiz}/attempts"]
    answer = ada.post(QUIZ.replace("weights", "lengths") + "/attempts")
    assert answer.status_code == 404
    _validate(spec, operation["responses"]["404"], body(answer))


def _validate(spec: Any, response: Any, answer: Any) -> None:  # noqa: ANN401 - JSON
    schema = response["content"]["application/json"]["schema"]
    OAS31Validator({**schema, "components": spec["components"]}).validate(answer)
