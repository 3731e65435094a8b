"""`submission.created`: a student's code, handed in by an LMS, on the same terms as by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Assignment, Terms
from grader.domain.exercise import Limits
from grader.domain.scoring import ItemKind
from tests.fakes import NOON, a_report
from tests.lms.hooks.sender import sender as make_sender
from tests.lms.hooks.sender import writing
from tests.web.school import SPRING, body

if TYPE_CHECKING:
    from tests.lms.hooks.sender import Sender

CREATED = "submission.created"
CODE = {"login": "ada", "exercise": "pointwise-conv", "source": "class PointwiseConv2d: ...  # 1×1\n"}


def set_terms(sender: Sender, terms: Terms) -> None:
    course = sender.school.courses[SPRING].id
    assignment = Assignment(course, ItemKind.EXERCISE, "pointwise-conv", terms)
    writing(sender.school.make_uow, lambda uow: uow.assignments.put(assignment))


class TestHandedIn:
    def test_it_is_kept_as_the_students_and_a_worker_is_rung_for(self, sender: Sender) -> None:
        answer = sender.done(CREATED, **CODE)
        number = answer.pop("submission")
        assert answer == {"type": CREATED, "result": "done", "login": "ada", "exercise": "pointwise-conv"}
        shown = body(sender.school.client("ada").get(f"/api/v1/submissions/{number}"))
        assert (shown["source"], shown["state"], shown["student"]["login"]) == (CODE["source"], "queued", "ada")
        assert len(sender.school.bell.rung) == 1

    def test_the_log_says_who_handed_it_in(self, sender: Sender) -> None:
        number = sender.done(CREATED, **CODE)["submission"]
        (entry,) = sender.log()
        assert (entry.deed, entry.what) == ("submission.handed_in", f"pointwise-conv {number}")
        assert (entry.origin.actor, entry.user_id) == ("endpoint registrar", sender.school.users["ada"].id)

    def test_the_result_names_the_message_that_it_answers(self, sender: Sender) -> None:
        number = sender.done(CREATED, "msg_of_theirs", **CODE)["submission"]
        sender.school.grade(a_report())
        event = sender.events()[-1]
        assert event.type.value == "submission.graded"
        assert (event.data["reference"], event.data["submission"]) == ("msg_of_theirs", number)
        assert (event.data["student"], event.data["points"]) == ("ada", 3)

    def test_one_that_a_student_hands_in_answers_no_message(self, sender: Sender) -> None:
        sender.done(CREATED, "msg_of_theirs", **CODE)
        sender.school.submit("ada")
        sender.school.grade(a_report())
        assert sender.events()[-1].data["reference"] is None


class TestSameRules:
    @pytest.mark.parametrize(
        ("data", "field", "says"),
        [
            ({"login": "eve"}, "data.login", "there is no student 'eve' in 'spring'"),
            ({"login": "ines"}, "data.login", "there is no student 'ines'"),
            ({"login": "tess"}, "data.login", "there is no student 'tess'"),
            ({"login": "cleo"}, "data.login", "there is no student 'cleo'"),
            ({"login": "a" * 50_000}, "data.login", "1 to 200 characters"),
            ({"exercise": "no-such"}, "data.exercise", "there is no exercise 'no-such'"),
            ({"exercise": "weights"}, "data.exercise", "there is no exercise 'weights'"),
            ({"source": ""}, "data.source", "the source is empty"),
            ({"source": "x = = 1"}, "data.source", "syntax error in line 1: invalid syntax: x = = 1"),
            ({"source": "x = '\0'"}, "data.source", "a NUL byte in line 1"),
            ({"source": ["x = 1"]}, "data.source", "must be the Python source as a string"),
            ({"submitted": "2026-04-01T12:00Z"}, "data.submitted", "unknown field"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_kept(
        self, firm: Sender, data: dict[str, object], field: str, says: str
    ) -> None:
        status, message, told = firm.refused(CREATED, **(CODE | data))
        assert (status, told) == (422, field)
        assert says in message

    def test_who_has_left_hands_in_nothing(self, sender: Sender) -> None:
        sender.done("enrolment.removed", login="ada")
        assert sender.refused(CREATED, **CODE) == (422, "'ada' has left this course", "data.login")

    def test_a_closed_course_takes_nothing(self, sender: Sender) -> None:
        sender.school.close()
        status, message, _ = sender.refused(CREATED, **CODE)
        assert (status, message) == (409, "the course 'spring' is closed: it takes no more submissions")

    @pytest.mark.parametrize(
        ("terms", "status", "says"),
        [
            (Terms(opens=NOON + timedelta(hours=1)), 409, "opens at 2026-05-01 13:00 UTC"),
            (Terms(closes=NOON), 409, "is closed since 2026-05-01 12:00 UTC"),
            (Terms(offered=False), 422, "there is no pointwise-conv in this course"),
        ],
    )
    def test_terms_bind(self, sender: Sender, terms: Terms, status: int, says: str) -> None:
        set_terms(sender, terms)
        found = sender.refused(CREATED, **CODE)
        assert found[0] == status
        assert says in found[1]

    def test_attempts_are_used_up_by_both_ways(self, sender: Sender) -> None:
        set_terms(sender, Terms(attempts=2))
        sender.school.submit("ada")
        sender.done(CREATED, **CODE)
        assert sender.refused(CREATED, **CODE)[:2] == (409, "all attempts are used up: pointwise-conv takes 2")

    def test_who_must_wait_is_told_how_long(self, sender: Sender) -> None:
        set_terms(sender, Terms(cooldown=timedelta(minutes=10)))
        sender.done(CREATED, **CODE)
        answer = sender.send(CREATED, **CODE)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "600")

    def test_one_student_hands_in_no_more_often_than_by_hand(self, sender: Sender) -> None:
        app = sender.school.app(vault=sender.app.extensions["grader"].services.vault, submit_limit="2 per minute")
        few = replace(sender, app=app)
        few.done(CREATED, **CODE)
        few.done(CREATED, **CODE)
        assert few.refused(CREATED, **CODE)[0] == 429
        few.done(CREATED, **CODE | {"login": "bob"})

    def test_a_source_of_the_largest_size_is_taken_however_json_writes_it(self, sender: Sender) -> None:
        largest = Limits().source_kib * 1024
        sender.done(CREATED, **CODE | {"source": "#" + "\x01" * (largest - 1)})  # six bytes for each
        sender.done(CREATED, **CODE | {"source": "#" + "é" * (largest // 2 - 1)})

    def test_a_larger_one_is_not(self, sender: Sender) -> None:
        largest = Limits().source_kib * 1024
        status, message, _ = sender.refused(CREATED, **CODE | {"source": "#" * (largest + 1)})
        assert (status, message) == (413, "the source has 262,145 bytes; at most 256 KiB are taken")

    def test_two_endpoints_hand_in_side_by_side(self, sender: Sender) -> None:
        other = make_sender(sender.school, sender.app)
        first, second = sender.done(CREATED, "msg_1", **CODE), other.done(CREATED, "msg_1", **CODE)
        assert first["submission"] != second["submission"]
