"""The API on real databases: what is strange in a request never becomes a fault of ours, and what is right works."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import pytest

from grader.domain.exercise import Limits
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.web.school import EXERCISE, School, body

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STRANGE = ["☃", "e\u0301\u202e", "'; DROP TABLE users; --", "%", "_", "\\", "x" * 200, "\x7f", "\0", "a\tb", "😀" * 100]
PATHS = [
    "/api/v1/courses/{}/exercises",
    "/api/v1/courses/spring/exercises/{}",
    "/api/v1/courses/spring/exercises/{}/submissions",
    "/api/v1/courses/{}/quizzes",
    "/api/v1/courses/{}/gradebook",
]


@pytest.fixture(scope="module")
def postgres_database(postgres_url: str) -> Iterator[str]:
    """A database of its own: the contract tests of storage empty theirs."""
    plain = postgres_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE DATABASE web")
        yield postgres_url.replace("/postgres?", "/web?")
        connection.execute("DROP DATABASE web")


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    url = (
        f"sqlite:///{tmp_path / 'web.db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_database")
    )
    engine = make_engine(url)
    Table.metadata.create_all(engine)
    yield School(unit_of_work_factory(engine))
    Table.metadata.drop_all(engine)
    engine.dispose()


def test_a_submission_goes_its_whole_way(school: School) -> None:
    number = school.submit()
    school.grade()
    shown = body(school.client().get(f"/api/v1/submissions/{number}"))
    assert (shown["state"], shown["report"]["points"], shown["place"]) == ("graded", 3, None)
    rows = body(school.client("ines").get("/api/v1/courses/spring/gradebook"))["rows"]
    assert [row["points"] for row in rows] == [3.0, 0.0]


def test_an_attempt_goes_its_whole_way(school: School) -> None:
    url = f"/api/v1/attempts/{school.start_quiz()}"
    ada = school.client()
    ada.put(f"{url}/answers/six", json={"answer": "6"})
    assert body(ada.post(f"{url}/finish"))["points"] == 1.0
    assert body(ada.get(url))["questions"][0]["answer"] == "6"


def test_a_strange_name_in_an_address_is_not_found(school: School) -> None:
    client = school.client("ines")
    answers = {
        (path, name): client.get(path.format(quote(name, safe=""))).status_code for path in PATHS for name in STRANGE
    }
    listings = {200, 404}  # the list of one's submissions to an exercise that is not there is empty
    assert {key: status for key, status in answers.items() if status not in listings} == {}


def test_the_highest_number_is_not_found_like_any_other(school: School) -> None:
    for kind in ("submissions", "attempts"):
        for number in (2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**200):
            assert school.client().get(f"/api/v1/{kind}/{number}").status_code == 404


@pytest.mark.parametrize("text", [text for text in STRANGE if "\0" not in text])
def test_a_strange_answer_is_kept_as_it_is(school: School, text: str) -> None:
    url = f"/api/v1/attempts/{school.start_quiz()}"
    school.client().put(f"{url}/answers/six", json={"answer": text})
    assert body(school.client().get(url))["questions"][0]["answer"] == text


def test_a_strange_source_is_kept_as_it_is(school: School) -> None:
    source = "# ☃ 😀 e\u0301\u202e \x7f \x01\r\nx = '\\ud800'\n"
    number = school.submit(source=source)
    assert body(school.client().get(f"/api/v1/submissions/{number}"))["source"] == source


def test_the_largest_source_is_kept_whole(school: School) -> None:
    largest = Limits().source_kib * 1024
    answer = school.client().post(f"{EXERCISE}/submissions", data=b"#" * largest, content_type="text/plain")
    assert len(body(school.client().get(answer.headers["Location"]))["source"]) == largest
