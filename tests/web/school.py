"""Two courses with their people, on any storage, and an app in front of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jinja2 import BytecodeCache

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
    from jinja2.bccache import Bucket
    from werkzeug.test import TestResponse

    from grader.domain.people import Course, User
    from grader.domain.report import Report
    from grader.ports import Catalogue, UnitOfWork
    from grader.ports.outside import Vault

SPRING, AUTUMN = "spring", "autumn"
PEOPLE = {
    "ada": (SPRING, Role.STUDENT),
    "bob": (SPRING, Role.STUDENT),
    "ines": (SPRING, Role.INSTRUCTOR),
    "tess": (SPRING, Role.ASSISTANT),
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


class Compiled(BytecodeCache):
    """Templates compiled once for all apps of a test run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class School:
    """People sign in by their login; "nobody" has no token, "stranger" one that was never given out."""

    make_uow: Callable[[], UnitOfWork]
    clock: FixedClock = field(default_factory=FixedClock)
    bell: SilentBell = field(default_factory=SilentBell)
    vault: Vault | None = None
    outside: dict[str, Any] = field(default_factory=dict)  # fields of Services that reach other systems
    catalogue: Catalogue = field(default_factory=lambda: FakeCatalogue([an_exercise()], [("channels", a_quiz())]))
    users: dict[str, User] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)  # what `places.numbers` made, once it has
    _quiet: tuple[Catalogue, Flask] | None = field(default=None, repr=False)

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
        needs |= {"vault": self.vault, **self.outside}
        doors = {"passwords": PlainPasswords(), "session_secret": "s" * 32}
        app = create_app(Services(**{"pace": QUICK, **needs, **doors, **changes}))
        app.jinja_env.bytecode_cache = COMPILED
        return app

    def quiet(self, login: str) -> FlaskClient:
        """Return a client for what a test needs before it begins."""
        return self.sign_in(self.quiet_app(), login)

    def quiet_app(self) -> Flask:
        """Return one app for all who don't ask for limits, which nobody meets here: an app takes 50 ms to make."""
        if self._quiet is None or self._quiet[0] is not self.catalogue:
            never = dict.fromkeys(("submit_limit", "change_limit"), "100000 per minute")
            self._quiet = self.catalogue, self.app(**never)
        return self._quiet[1]

    def client(self, login: str = "ada", **changes: Any) -> FlaskClient:  # noqa: ANN401 - fields of Services
        return self.sign_in(self.app(**changes), login)

    def sign_in(self, app: Flask, login: str) -> FlaskClient:
        client = app.test_client()
        if login != "nobody":
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.tokens[login]}"
        return client

    def afresh(self) -> School:
        """Return this school without the app that was made for it: it is another's copy."""
        self._quiet = None
        return self

    def close(self) -> None:
        """Let the courses' end pass."""
        self.clock.advance(days=30)

    def submit(self, login: str = "ada", source: str = "x = 1") -> int:
        answer = self.quiet(login).post(f"{EXERCISE}/submissions", json={"source": source})
        assert answer.status_code == 202, answer.text
        number: int = body(answer)["id"]
        return number

    def grade(self, report: Report | None = None) -> None:
        """Grade the run that was rung for last."""
        examiner = FakeExaminer(report)
        assert grade_run(self.make_uow, self.clock, self.catalogue, examiner, run_id=self.bell.rung[-1], node="node-1")

    def say(self, login: str, submission_id: int, text: str = "Look here.", line: int | None = None) -> int:
        """Comment on a submission."""
        address = f"/api/v1/submissions/{submission_id}/comments"
        answer = self.quiet(login).post(address, json={"text": text, "line": line})
        assert answer.status_code == 201, answer.text
        number: int = body(answer)["id"]
        return number

    def set_grade(self, login: str, points: float, reason: str = "The test was wrong.") -> int:
        """Set a student's grade of EXERCISE by hand; return the override's number."""
        given = {"kind": "exercise", "item": "pointwise-conv", "points": points, "reason": reason}
        answer = self.quiet("ines").post(f"/api/v1/courses/{SPRING}/students/{login}/overrides", json=given)
        assert answer.status_code == 201, answer.text
        number: int = body(answer)["id"]
        return number

    def regrade(self) -> int:
        """Start a regrade of all work for EXERCISE; return its number."""
        wish = {"exercise": "pointwise-conv", "reason": "The test was wrong."}
        answer = self.quiet("ines").post(f"/api/v1/courses/{SPRING}/regrades", json=wish)
        assert answer.status_code == 202, answer.text
        number: int = body(answer)["id"]
        return number

    def start_quiz(self, login: str = "ada") -> int:
        answer = self.quiet(login).post(f"{QUIZ}/attempts")
        assert answer.status_code == 201, answer.text
        number: int = body(answer)["id"]
        return number
