"""Two courses with their people, on any storage, and an app in front of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from grader.domain.people import Role
from grader.services import enrol, tokens
from grader.services.grade import grade_run
from grader.web import Services, create_app
from grader.web.streams import Pace
from tests.fakes import NOON, FakeCatalogue, FakeExaminer, FixedClock, PlainPasswords, SilentBell, a_quiz, an_exercise

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from grader.domain.people import Course, User
    from grader.domain.report import Report
    from grader.ports import Catalogue, UnitOfWork

SPRING, AUTUMN = "spring", "autumn"
PEOPLE = {
    "ada": (SPRING, Role.STUDENT),
    "bob": (SPRING, Role.STUDENT),
    "ines": (SPRING, Role.INSTRUCTOR),
    "cleo": (AUTUMN, Role.STUDENT),
    "otto": (AUTUMN, Role.INSTRUCTOR),
}
CLOSES = NOON + timedelta(days=30)
QUICK = Pace(shortest=0.005, longest=0.02, heartbeat=0.05, lifetime=5.0)
EXERCISE = f"/api/v1/courses/{SPRING}/exercises/pointwise-conv"
QUIZ = f"/api/v1/courses/{SPRING}/quizzes/weights"


def body(answer: TestResponse) -> Any:  # noqa: ANN401 - JSON
    """Return what an answer says; it must be JSON."""
    return json.loads(answer.data)


@dataclass
class School:
    """People sign in by their login; "nobody" has no token, "stranger" one that was never given out."""

    make_uow: Callable[[], UnitOfWork]
    clock: FixedClock = field(default_factory=FixedClock)
    bell: SilentBell = field(default_factory=SilentBell)
    catalogue: Catalogue = field(default_factory=lambda: FakeCatalogue([an_exercise()], [("channels", a_quiz())]))
    users: dict[str, User] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for slug in (SPRING, AUTUMN):
            self.courses[slug] = enrol.add_course(
                self.make_uow(), slug=slug, title=slug.title(), lesson="channels", closes=CLOSES
            )
        for login, (slug, role) in PEOPLE.items():
            user = enrol.add_user(self.make_uow(), login=login, name=login.title())
            enrol.enrol(self.make_uow(), user=user, course=self.courses[slug], role=role)
            self.users[login] = user
            self.tokens[login] = self.new_token(login)
        self.tokens["stranger"] = "grd_never-given-out"

    def new_token(self, login: str) -> str:
        _, secret = tokens.issue(self.make_uow(), self.clock, user=self.users[login], name="test")
        return secret

    def app(self, **changes: Any) -> Flask:  # noqa: ANN401 - fields of Services
        needs = {"make_uow": self.make_uow, "clock": self.clock, "catalogue": self.catalogue, "bell": self.bell}
        doors = {"passwords": PlainPasswords(), "session_secret": "s" * 32}
        return create_app(Services(**{"pace": QUICK, **needs, **doors, **changes}))

    def client(self, login: str = "ada", **changes: Any) -> FlaskClient:  # noqa: ANN401 - fields of Services
        return self.sign_in(self.app(**changes), login)

    def sign_in(self, app: Flask, login: str) -> FlaskClient:
        client = app.test_client()
        if login != "nobody":
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[login]}"
        return client

    def close(self) -> None:
        """Let the courses' end pass."""
        self.clock.advance(days=30)

    def submit(self, login: str = "ada", source: str = "x = 1") -> int:
        answer = self.client(login).post(f"{EXERCISE}/submissions", json={"source": source})
        assert answer.status_code == 202, answer.text
        number: int = body(answer)["id"]
        return number

    def grade(self, report: Report | None = None) -> None:
        """Grade the run that was rung for last."""
        examiner = FakeExaminer(report)
        assert grade_run(self.make_uow, self.clock, self.catalogue, examiner, run_id=self.bell.rung[-1], node="node-1")

    def start_quiz(self, login: str = "ada") -> int:
        answer = self.client(login).post(f"{QUIZ}/attempts")
        assert answer.status_code == 201, answer.text
        number: int = body(answer)["id"]
        return number
