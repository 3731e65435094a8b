"""What is sent is what the schemas say: each way to make an event is gone, the bytes that went out are looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.lms.delivery import Answer
from grader.domain.lms.endpoint_draft import EndpointDraft
from grader.domain.lms.event import EventType
from grader.domain.lms.incoming import IncomingType
from grader.services import dispatch, endpoints
from grader.services.sending import Ways
from grader.web.hooks import messages
from tests.fakes import a_report
from tests.lms.launches import databases
from tests.lms.launches.campus import Campus
from tests.lms.lti_platform import claims
from tests.lms.webhooks_page.page import DOCS, example, problems, schema, sections
from tests.services.regrading import worth
from tests.web.school import QUIZ, SPRING, body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.web.bodies import Body

OUT = sorted(each.value for each in EventType)
IN = sorted(each.value for each in IncomingType)
API = f"/api/v1/courses/{SPRING}"
CONV = f"{API}/assignments/exercise/pointwise-conv"
CUTOFF = {"due": "2026-05-01T11:00Z", "late": "cliff", "loss": 1}


class Desk:
    """Keeps what was posted; whoever receives it is well."""

    def __init__(self) -> None:
        self.posted: list[tuple[Mapping[str, str], bytes]] = []

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        self.posted.append((headers, body))
        return Answer(f"POST {url}", 204)


class Term:
    """A course to which everything happens that others are told of."""

    def __init__(self, campus: Campus) -> None:
        self.campus, self.school, self.desk = campus, campus.school, Desk()
        self.endpoint, _ = endpoints.make(
            campus.make_uow(), campus.clock, campus.vault,
            user=self.school.users["ines"], course_slug=SPRING,
            draft=EndpointDraft("registrar", "https://hooks.example/"),
        )  # fmt: skip

    def call(self, method: str, path: str, **given: Any) -> Any:  # noqa: ANN401 - JSON
        answer = self.school.quiet("ines").open(path, method=method, json=given or None)
        assert answer.status_code < 300, answer.text
        return body(answer)

    def grade(self) -> None:
        for points in (3, 4):
            self.school.submit("ada")
            self.school.grade(worth(points))
        self.school.submit("ada")
        self.school.grade(a_report())

    def regrade(self) -> None:
        number = self.school.regrade()
        with self.campus.make_uow().reading() as uow:
            runs = [each.run_id for each in uow.regrades.proposals(number)]
        for run in runs:
            self.school.bell.rung.append(run)
            self.school.grade(worth(1, "f00d"))
        for step in ("apply", "undo"):
            self.call("POST", f"{API}/regrades/{number}/{step}")

    def quiz(self) -> None:
        attempt = self.school.start_quiz("ada")
        ada = self.school.quiet("ada")
        ada.put(f"/api/v1/attempts/{attempt}/answers/six", json={"answer": "6"})
        assert ada.post(f"/api/v1/attempts/{attempt}/finish").status_code == 200

    def by_hand(self) -> None:
        for login, points in (("ada", 3.5), ("bob", 2)):  # nothing of Bob's was graded: nothing is left in the end
            number = self.school.set_grade(login, points)
            self.call("POST", f"{API}/overrides/{number}/withdraw")

    def terms(self) -> None:
        self.call("PUT", CONV, **CUTOFF)
        extension = f"{API}/students/ada/extensions/exercise/pointwise-conv"
        self.call("PUT", extension, due="2026-06-01T11:00Z", reason="was ill")

    def roster(self) -> None:
        self.call("PUT", f"{API}/roster/eve", name="Eve", section="A")
        self.call("PUT", f"{API}/roster/tess", role="student")
        self.call("DELETE", f"{API}/roster/eve")
        self.campus.arrive(claims(sub="somebody-new", email="new@school.example"))

    def test(self) -> None:
        endpoints.send_test(
            self.campus.make_uow(), self.campus.clock,
            user=self.school.users["ines"], course_slug=SPRING, endpoint_id=self.endpoint.id,
        )  # fmt: skip

    def send(self) -> list[dict[str, Any]]:
        """Send all that waits; return the bodies."""
        ways = Ways(self.campus.vault, self.desk, gradebooks=None)  # type: ignore[arg-type]  # no score waits
        self.campus.clock.advance(seconds=1)
        while claimed := dispatch.take(self.campus.make_uow, self.campus.clock, 50, 50):
            for each in claimed:
                dispatch.send(self.campus.make_uow, self.campus.clock, ways, each)
        return [json.loads(body) for _, body in self.desk.posted]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, Any]]]:
    """All that a term's events were told as."""
    folder: Path = tmp_path_factory.mktemp("term")
    with databases.sqlite(folder) as engine:
        term = Term(Campus(engine))
        for happening in (term.grade, term.regrade, term.quiz, term.by_hand, term.terms, term.roster, term.test):
            happening()
        yield term.send()


def test_every_type_was_sent(sent: list[dict[str, Any]]) -> None:
    assert sorted({each["type"] for each in sent}) == OUT
    assert QUIZ.endswith(next(each["data"]["item"] for each in sent if each["type"] == "quiz.finished"))


def test_all_that_is_sent_is_as_its_schema_says_and_no_field_is_left_unsaid(sent: list[dict[str, Any]]) -> None:
    assert [(each, found) for each in sent if (found := problems(each["type"], each))] == []


def test_all_is_short(sent: list[dict[str, Any]]) -> None:
    assert max(len(json.dumps(each)) for each in sent) < 20_000


@pytest.mark.parametrize(
    ("kind", "field", "values"),
    [
        ("submission.regraded", "undone", {True, False}),
        ("grade.overridden", "withdrawn", {True, False}),
        ("enrolment.changed", "active", {True, False}),
        ("enrolment.changed", "role", {"student"}),
    ],
)
def test_both_sides_of_a_field_were_seen(
    sent: list[dict[str, Any]], kind: str, field: str, values: set[object]
) -> None:
    assert {each["data"][field] for each in sent if each["type"] == kind} == values


def test_a_grade_is_null_when_nothing_counts_any_more(sent: list[dict[str, Any]]) -> None:
    grades = [each["data"]["grade"] for each in sent if each["type"] == "grade.overridden"]
    assert [grade and grade["points"] for grade in grades] == [3.5, 4, 2, None]


def test_a_sequence_counts_each_students_and_items_events(sent: list[dict[str, Any]]) -> None:
    counted: dict[tuple[str, str], list[int]] = {}
    for each in sent:
        if "sequence" in each["data"]:
            counted.setdefault((each["data"]["student"], each["data"]["item"]), []).append(each["data"]["sequence"])
    assert all(found == list(range(1, len(found) + 1)) for found in counted.values())
    assert len(counted) == 3


@pytest.mark.parametrize("kind", OUT)
def test_a_schema_refuses_what_lacks_a_field_or_has_one_of_another_kind(kind: str) -> None:
    """The tests above would prove nothing of a schema that takes anything."""
    good = example(kind)
    for name in good["data"]:
        lacking = good | {"data": {other: value for other, value in good["data"].items() if other != name}}
        assert problems(kind, lacking), name
        assert problems(kind, good | {"data": good["data"] | {name: {"another": "kind"}}}), name


@pytest.mark.parametrize("moment", ["soon", "2026-05-01T12:00:00", ""])
def test_a_moment_has_its_zone(moment: str) -> None:
    good = example("submission.graded")
    assert problems("submission.graded", good | {"timestamp": moment})


class TestPage:
    def test_each_type_has_a_section_a_schema_and_no_other_has(self) -> None:
        assert sorted(sections()) == sorted(OUT + IN)
        assert sorted(path.stem for path in (DOCS / "schemas").glob("*")) == sorted(OUT + IN)
        for kind, text in sections().items():
            assert f"[schema](schemas/{kind}.json)" in text

    @pytest.mark.parametrize("kind", OUT + IN)
    def test_its_example_is_as_its_schema_says(self, kind: str) -> None:
        assert problems(kind, example(kind)) == []
        assert schema(kind)["title"] == kind

    @pytest.mark.parametrize(
        ("kind", "model"),
        [
            ("enrolment.upserted", messages.UpsertedIn),
            ("enrolment.removed", messages.RemovedIn),
            ("assignment.updated", messages.UpdatedIn),
            ("submission.created", messages.CreatedIn),
        ],
    )
    def test_a_schema_of_what_comes_in_names_the_fields_that_are_taken(self, kind: str, model: type[Body]) -> None:
        data = schema(kind)["properties"]["data"]
        assert set(data["properties"]) == set(model.model_fields)
        assert set(data["required"]) == {name for name, field in model.model_fields.items() if field.is_required()}
