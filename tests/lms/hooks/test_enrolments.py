"""`enrolment.upserted` and `enrolment.removed`: who is in the course, as an LMS or a registrar says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.people import Role
from tests.lms.hooks.sender import writing
from tests.web.school import AUTUMN

if TYPE_CHECKING:
    from tests.lms.hooks.sender import Sender

UPSERTED, REMOVED = "enrolment.upserted", "enrolment.removed"


def role(sender: Sender, login: str) -> Role | None:
    found = sender.enrolment(login)
    return found.role if found and found.is_active else None


class TestUpserted:
    def test_who_is_new_is_a_student_of_the_course(self, sender: Sender) -> None:
        answer = sender.done(UPSERTED, login="Eve@School.example", name="Eve Stone", section="B2")
        assert answer == {"type": UPSERTED, "result": "done", "login": "eve@school.example", "change": "new user"}
        found = sender.enrolment("eve@school.example")
        assert found
        assert (found.role, found.section, found.is_active) == (Role.STUDENT, "B2", True)

    def test_log_and_event_say_that_it_came_from_there(self, sender: Sender) -> None:
        sender.done(UPSERTED, login="eve", name="Eve")
        (entry,) = sender.log()
        assert (entry.deed, entry.what) == ("roster.enrolled", "eve")
        assert (entry.origin.actor, entry.origin.address) == ("endpoint registrar", "192.0.2.7")
        (event,) = sender.events()
        assert event.data["login"] == "eve"

    def test_what_is_left_out_stays_as_it_is(self, sender: Sender) -> None:
        sender.done(UPSERTED, login="eve", name="Eve", role="assistant", section="A")
        sender.done(UPSERTED, login="eve", section="B")
        sender.done(UPSERTED, login="eve", role=None, name=None, section=None)
        found = sender.enrolment("eve")
        assert found
        assert (found.role, found.section) == (Role.ASSISTANT, "B")

    def test_the_same_once_more_changes_nothing_and_tells_nobody(self, sender: Sender) -> None:
        sender.done(UPSERTED, login="eve", name="Eve")
        assert sender.done(UPSERTED, login="eve", name="Eve", role="student")["change"] == "unchanged"
        assert (len(sender.log()), len(sender.events())) == (1, 1)

    def test_who_has_left_comes_back(self, sender: Sender) -> None:
        sender.done(REMOVED, login="ada")
        assert sender.done(UPSERTED, login="ada")["change"] == "returning"
        assert role(sender, "ada") is Role.STUDENT

    def test_nobody_is_renamed_and_nobodys_other_course_is_touched(self, sender: Sender) -> None:
        assert sender.done(UPSERTED, login="otto", name="Not Otto", role="student")["change"] == "new"
        with sender.school.make_uow().reading() as uow:
            otto = uow.users.by_login("otto")
            assert otto
            assert otto.name == "Otto"
            elsewhere = uow.enrolments.find(otto.id, sender.school.courses[AUTUMN].id)
        assert elsewhere
        assert elsewhere.role is Role.INSTRUCTOR
        assert role(sender, "otto") is Role.STUDENT

    def test_an_assistant_may_become_a_student_again(self, sender: Sender) -> None:
        assert sender.done(UPSERTED, login="tess", role="student")["change"] == "changed"
        assert role(sender, "tess") is Role.STUDENT

    @pytest.mark.parametrize("login", ["łukasz", "王小明", "o'brien+ml@school.example", "söze", "x" * 200])
    def test_logins_of_any_script_are_taken(self, sender: Sender, login: str) -> None:
        sender.done(UPSERTED, login=login, name="Somebody")
        assert role(sender, login) is Role.STUDENT

    @pytest.mark.parametrize(
        ("data", "field", "says"),
        [
            ({"name": "Eve"}, "data.login", "'data.login' is missing"),
            ({"login": 7}, "data.login", "must be a login"),
            ({"login": ""}, "data.login", "1 to 200 characters"),
            ({"login": "x" * 201, "name": "Eve"}, "data.login", "1 to 200 characters"),
            ({"login": "e ve", "name": "Eve"}, "data.login", "must not contain blanks"),
            ({"login": "ev\u202ee", "name": "Eve"}, "data.login", "what can't be seen"),
            ({"login": "ev\0e", "name": "Eve"}, "data.login", "what can't be seen"),
            ({"login": "ev/e", "name": "Eve"}, "data.login", "slashes"),
            ({"login": "eve"}, "data.name", "'eve' is new here: say the name"),
            ({"login": "eve", "name": ""}, "data.name", "say the name"),
            ({"login": "eve", "name": "E\0"}, "data.name", "what can't be seen"),
            ({"login": "eve", "name": "E", "section": "x" * 41}, "data.section", "at most 40"),
            ({"login": "eve", "name": "E", "section": 4}, "data.section", "must be a text of at most 40"),
            ({"login": "eve", "name": "E", "role": "instructor"}, "data.role", "student, assistant or null"),
            ({"login": "eve", "name": "E", "role": "owner"}, "data.role", "student, assistant or null"),
            ({"login": "eve", "nmae": "E"}, "data.nmae", "unknown field 'data.nmae'; known: login, name, role"),
        ],
    )
    def test_what_is_wrong_is_said_and_changes_nothing(
        self, firm: Sender, data: dict[str, object], field: str, says: str
    ) -> None:
        status, message, told = firm.refused(UPSERTED, **data)
        assert (status, told) == (422, field)
        assert says in message


class TestRemoved:
    def test_who_leaves_is_out_and_keeps_what_they_did(self, sender: Sender) -> None:
        assert sender.done(REMOVED, login="ADA")["change"] == "removed"
        found = sender.enrolment("ada")
        assert found
        assert not found.is_active
        assert sender.events()[-1].data["active"] is False

    def test_who_has_left_may_leave_again(self, sender: Sender) -> None:
        sender.done(REMOVED, login="ada")
        assert sender.done(REMOVED, login="ada")["change"] == "unchanged"
        assert len(sender.log()) == 1

    @pytest.mark.parametrize("login", ["eve", "cleo", "'; DROP TABLE users; --"])
    def test_who_never_was_here_is_told_as_a_mistake(self, firm: Sender, login: str) -> None:
        status, _, field = firm.refused(REMOVED, login=login)
        assert (status, field) == (422, "data.login")


class TestInstructors:
    @pytest.mark.parametrize(
        ("kind", "data"),
        [
            (UPSERTED, {"login": "ines", "section": "B"}),
            (UPSERTED, {"login": "ines", "role": "student"}),
            (UPSERTED, {"login": "INES", "role": "assistant"}),
            (REMOVED, {"login": "ines"}),
        ],
    )
    def test_an_instructor_is_never_changed(self, firm: Sender, kind: str, data: dict[str, str]) -> None:
        status, message, _ = firm.refused(kind, **data)
        assert (status, message) == (403, "'ines' is an instructor of this course: only instructors may change that")

    def test_one_who_was_an_instructor_does_not_come_back_as_one(self, sender: Sender) -> None:
        ines = sender.enrolment("ines")
        assert ines
        ended = replace(ines, ended=sender.school.clock.now())
        writing(sender.school.make_uow, lambda uow: uow.enrolments.change(ended))
        assert sender.refused(UPSERTED, login="ines")[0] == 403
        assert sender.done(UPSERTED, login="ines", role="student")["change"] == "returning"
        assert role(sender, "ines") is Role.STUDENT
