"""A message is done once, all of it or nothing, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.storage.endpoints import SqlReceived
from tests.web.school import body

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.lms.hooks.sender import Sender

UPSERTED, REMOVED, CREATED = "enrolment.upserted", "enrolment.removed", "submission.created"
EVE = {"login": "eve", "name": "Eve"}
CODE = {"login": "ada", "exercise": "pointwise-conv", "source": "x = 1"}
TWENTY = 20
BUSY = 5


def at_once(sender: Sender, kind: str, message_ids: list[str], **data: Any) -> list[tuple[int, Any]]:  # noqa: ANN401
    """Send one message with each of these ids at the same moment; return the answers.

    As a sender does, again when the database was too busy: SQLite lets some wait long where there is much to do.
    """

    def send(message_id: str) -> TestResponse:
        for _ in range(BUSY):
            answer = sender.send(kind, message_id, **data)
            if answer.status_code != 503:
                break
        return answer

    with ThreadPoolExecutor(len(message_ids)) as pool:
        return [(answer.status_code, body(answer)) for answer in pool.map(send, message_ids)]


class TestAgain:
    def test_the_same_id_gets_the_same_answer_and_nothing_is_done_twice(self, anywhere: Sender) -> None:
        first = anywhere.send(CREATED, "msg_1", **CODE)
        left = anywhere.left()
        anywhere.school.clock.advance(minutes=4)
        again = anywhere.send(CREATED, "msg_1", **CODE)  # signed anew, as a retry is
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.data == again.data
        assert anywhere.left() == left

    def test_it_is_answered_as_then_whatever_has_happened_since(self, sender: Sender) -> None:
        first = sender.done(UPSERTED, "msg_1", **EVE)
        sender.done(REMOVED, login="eve")
        assert sender.done(UPSERTED, "msg_1", **EVE) == first
        found = sender.enrolment("eve")
        assert found
        assert not found.is_active

    def test_an_id_is_an_endpoints_own(self, sender: Sender) -> None:
        sender.done(UPSERTED, "msg_1", **EVE)
        assert sender.another().done(UPSERTED, "msg_1", login="mallory", name="M")["login"] == "mallory"

    def test_what_was_refused_may_be_sent_again_under_its_id(self, sender: Sender) -> None:
        assert sender.send(UPSERTED, "msg_1", login="eve").status_code == 422
        assert sender.done(UPSERTED, "msg_1", **EVE)["change"] == "new user"

    def test_what_was_refused_for_now_is_done_later(self, sender: Sender) -> None:
        sender.done("assignment.updated", kind="exercise", item="pointwise-conv", opens="2026-05-01T13:00Z")
        assert sender.send(CREATED, "msg_1", **CODE).status_code == 409
        sender.school.clock.advance(hours=1)
        assert sender.done(CREATED, "msg_1", **CODE)["result"] == "done"

    @pytest.mark.parametrize("message_id", ["1", "x" * 256, "a.b.c", "'; DROP TABLE received; --", "{0}%s\\", "a b"])
    def test_an_id_of_any_printable_kind_is_kept_whole(self, sender: Sender, message_id: str) -> None:
        sender.done(UPSERTED, message_id, **EVE)
        assert sender.receipts() == [message_id]


class TestAtOnce:
    def test_of_twenty_with_one_id_one_is_done_and_all_get_its_answer(self, anywhere: Sender) -> None:
        answers = at_once(anywhere, CREATED, ["msg_1"] * TWENTY, **CODE)
        assert {status for status, _ in answers} == {200}
        assert len({told["submission"] for _, told in answers}) == 1
        assert anywhere.left().counts == [1, 1, 0, 1, 1]  # submissions, entries, events, receipts, rings

    def test_of_twenty_that_are_refused_none_leaves_anything(self, anywhere: Sender) -> None:
        before = anywhere.left()
        answers = at_once(anywhere, CREATED, ["msg_1"] * TWENTY, **CODE | {"login": "eve"})
        assert {status for status, _ in answers} == {422}
        assert anywhere.left() == before

    def test_twenty_messages_about_one_person_enrol_them_once(self, anywhere: Sender) -> None:
        answers = at_once(anywhere, UPSERTED, [f"msg_{number}" for number in range(TWENTY)], **EVE)
        assert {status for status, _ in answers} == {200}
        changes = sorted(told["change"] for _, told in answers)
        assert changes == ["new user", *["unchanged"] * (TWENTY - 1)]
        assert [event.data["login"] for event in anywhere.events()] == ["eve"]

    def test_twenty_submissions_use_up_no_more_attempts_than_there_are(self, anywhere: Sender) -> None:
        anywhere.done("assignment.updated", kind="exercise", item="pointwise-conv", attempts=3)
        answers = at_once(anywhere, CREATED, [f"msg_{number}" for number in range(TWENTY)], **CODE)
        assert sorted(status for status, _ in answers) == [200] * 3 + [409] * (TWENTY - 3)
        assert len(anywhere.school.bell.rung) == 3


class TestWhole:
    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            (UPSERTED, EVE),
            (REMOVED, {"login": "ada"}),
            ("assignment.updated", {"kind": "exercise", "item": "pointwise-conv", "attempts": 3}),
            (CREATED, CODE),
        ],
    )
    def test_when_its_last_step_fails_nothing_of_it_is_left(
        self, anywhere: Sender, monkeypatch: pytest.MonkeyPatch, kind: str, data: dict[str, Any]
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError("no disk")

        before = anywhere.left()
        with monkeypatch.context() as patched:
            patched.setattr(SqlReceived, "answered", fail)
            answer = anywhere.send(kind, "msg_1", **data)
        assert (answer.status_code, body(answer)["error"]["code"]) == (500, "internal")
        assert anywhere.left() == before
        assert anywhere.send(kind, "msg_1", **data).status_code == 200
        assert replace(anywhere.left(), people=[], terms="") != replace(before, people=[], terms="")
