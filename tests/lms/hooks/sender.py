"""Who holds an endpoint's secret and sends webhooks to a school; what that left behind."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.domain.audit import Filter
from grader.domain.errors import NotFound
from grader.domain.lms.endpoint_draft import EndpointDraft
from grader.domain.lms.signature import headers
from grader.lms.vault import FernetVault
from grader.services import endpoints
from tests.web.school import SPRING, School, body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from flask import Flask
    from werkzeug.test import TestResponse

    from grader.domain.audit import Entry
    from grader.domain.lms.event import Event
    from grader.domain.people import Enrolment
    from grader.ports import UnitOfWork

VAULT = FernetVault("v" * 32)
_NUMBERS = itertools.count(1)


@dataclass
class Sender:
    """One endpoint of "spring", made by Ines; *app* is where it sends to."""

    school: School
    app: Flask
    endpoint_id: int
    key: str
    secret: str
    address: str = "192.0.2.7"

    def send(self, kind: str, message_id: str | None = None, /, **data: Any) -> TestResponse:  # noqa: ANN401 - JSON
        """Send one message as it should be sent."""
        return self.post({"type": kind, "timestamp": "2026-05-01T12:00:00Z", "data": data}, message_id)

    def done(self, kind: str, message_id: str | None = None, /, **data: Any) -> dict[str, Any]:  # noqa: ANN401
        """Do that; return the answer of a message that was taken."""
        answer = self.send(kind, message_id, **data)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = body(answer)
        return found

    def refused(self, kind: str, /, **data: Any) -> tuple[int, str, str | None]:  # noqa: ANN401 - JSON
        """Send what can't be taken; return status, message and field, after looking that it left nothing."""
        before = self.left()
        answer = self.send(kind, **data)
        assert self.left() == before
        error = body(answer)["error"]
        return answer.status_code, error["message"], error.get("field")

    def post(
        self,
        message: object,
        message_id: str | None = None,
        *,
        secret: str | None = None,
        when: datetime | None = None,
        key: str | None = None,
        changes: Mapping[str, str | None] | None = None,
        content_type: str = "application/json",
    ) -> TestResponse:
        """Send *message*, bytes as they are; *changes* are headers set after signing, None takes one away."""
        raw = message if isinstance(message, bytes) else json.dumps(message).encode()
        message_id = message_id or f"msg_auto_{next(_NUMBERS)}"
        told: dict[str, str | None] = {
            **headers([secret or self.secret], message_id, when or self.school.clock.now(), raw),
            **(changes or {}),
        }
        return self.app.test_client().post(
            f"/hooks/{self.key if key is None else key}",
            data=raw,
            headers=[(name, value) for name, value in told.items() if value is not None],
            content_type=content_type,
            environ_base={"REMOTE_ADDR": self.address},
        )

    def another(self, *, receives: bool = True, course: str = SPRING, by: str = "ines") -> Sender:
        """Return one with an endpoint of its own."""
        return sender(self.school, self.app, receives=receives, course=course, by=by)

    def enrolment(self, login: str) -> Enrolment | None:
        with self.school.make_uow().reading() as uow:
            user = uow.users.by_login(login)
            return uow.enrolments.find(user.id, self.school.courses[SPRING].id) if user else None

    def log(self) -> list[Entry]:
        """Return what the course's audit log says that webhooks did, oldest first."""
        with self.school.make_uow().reading() as uow:
            found = uow.audit.of_course(self.school.courses[SPRING].id, Filter(), 1000)
        return [entry for entry in reversed(found) if entry.origin.via == "webhook"]

    def events(self) -> list[Event]:
        """Return all that others were told, oldest first."""
        found: list[Event] = []
        with contextlib.suppress(NotFound), self.school.make_uow().reading() as uow:  # of the number after the last
            found.extend(uow.outbox.event(number) for number in itertools.count(1))
        return found

    def receipts(self) -> list[str]:
        """Return the ids that were taken from this endpoint, newest first."""
        with self.school.make_uow().reading() as uow:
            return [each.message_id for each in uow.received.of_endpoint(self.endpoint_id, 1000)]

    def left(self) -> Left:
        """Return a count of all that messages may leave behind."""
        with self.school.make_uow().reading() as uow:
            members = uow.rosters.members(self.school.courses[SPRING].id)
            work = sum(len(uow.submissions.of_enrolment(each.enrolment.id, "pointwise-conv")) for each in members)
            people = sorted((each.user.login, each.enrolment.role.value, each.enrolment.is_active) for each in members)
            terms = str(sorted(str(each) for each in uow.assignments.of_course(self.school.courses[SPRING].id).items()))
        counts = [work, len(self.log()), len(self.events()), len(self.receipts()), len(self.school.bell.rung)]
        return Left(people, terms, counts)


@dataclass(frozen=True)
class Left:
    """People, terms, and how many submissions, entries, events, receipts and rings there are."""

    people: list[tuple[str, str, bool]]
    terms: str
    counts: list[int] = field(default_factory=list)


def sender(
    school: School, app: Flask | None = None, *, receives: bool = True, course: str = SPRING, by: str = "ines"
) -> Sender:
    """Make an endpoint for one who sends to us, or who is only sent to."""
    url = "" if receives else "https://hooks.example/"
    made, secret = endpoints.make(
        school.make_uow(),
        school.clock,
        VAULT,
        user=school.users[by],
        course_slug=course,
        draft=EndpointDraft("registrar", url, receives=receives),
    )
    return Sender(school, app or school.app(vault=VAULT), made.id, made.key, secret)


def writing(make_uow: Callable[[], UnitOfWork], change: Callable[[UnitOfWork], object]) -> None:
    """Make a change of a test's own."""
    with make_uow().writing() as uow:
        change(uow)
        uow.commit()
