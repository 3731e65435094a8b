"""Who a message is about: known, waited for or new, in which role, with which scores."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Deed
from grader.domain.errors import Forbidden
from grader.domain.lms.platform import ASSISTANT, INSTRUCTOR, LEARNER
from grader.domain.people import Role
from grader.services import enrol
from tests.lms.launches.campus import column, without_services
from tests.lms.lti_platform import ISSUER, claims
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.people import Enrolment, User
    from tests.lms.launches.campus import Campus

TABS = 6


def _who(campus: Campus, **told: Any) -> User:  # noqa: ANN401 - claims
    user = campus.arrive(claims(**told)).user
    assert user is not None
    return user


def test_somebody_new_is_enrolled_under_a_login_that_nobody_would_choose(campus: Campus) -> None:
    user = _who(campus, name="  Ada\u202e  Lovelace ", email="Ada.L@school.example")
    assert (user.login[:6], len(user.login)) == ("ada.l-", 12)
    assert user.name == "Ada\\u202e Lovelace"
    assert campus.people()[user.login].role is Role.STUDENT
    assert [(member.subject, member.user_id) for member in campus.members()] == [("subject-1", user.id)]


def test_who_comes_again_is_the_same_and_nothing_is_written_of_it(campus: Campus) -> None:
    first = _who(campus)
    before = (campus.people(), campus.contexts(), campus.members(), campus.line_items(), campus.log())
    assert _who(campus) == first
    assert (campus.people(), campus.contexts(), campus.members(), campus.line_items(), campus.log()) == before


def test_another_email_or_name_makes_nobody_else(campus: Campus) -> None:
    first = _who(campus)
    assert _who(campus, email="married@school.example", name="Ada King").id == first.id


def test_two_people_are_two_even_with_one_email(campus: Campus) -> None:
    assert _who(campus).login != _who(campus, sub="subject-2").login


@pytest.mark.parametrize("told", [{"email": " ADA "}, {"lis": {"person_sourcedid": "ada"}, "email": None}])
def test_a_student_whom_we_enrolled_is_waited_for_by_login(campus: Campus, told: dict[str, Any]) -> None:
    full = {f"https://purl.imsglobal.org/spec/lti/claim/{k}" if k == "lis" else k: v for k, v in told.items()}
    user = campus.arrive(claims() | full).user
    assert user is not None
    assert user.id == campus.school.users["ada"].id
    assert [member.user_id for member in campus.members()] == [user.id]


def test_only_the_first_who_brings_a_login_gets_it(campus: Campus) -> None:
    assert _who(campus, email="ada").login == "ada"
    second = _who(campus, email="ada", sub="subject-2")
    assert second.login.startswith("ada-")
    assert _who(campus, email="ada").login == "ada"


@pytest.mark.parametrize(
    "login", ["ines", "tess", "cleo", "otto"], ids=["own", "assistant", "elsewhere", "staff there"]
)
@pytest.mark.parametrize("role", [LEARNER, INSTRUCTOR])
def test_nobody_becomes_who_is_of_the_staff_or_of_another_course(campus: Campus, login: str, role: str) -> None:
    user = _who(campus, email=login, roles=[role])
    assert user.id != campus.school.users[login].id
    assert user.login.startswith(f"{login}-")


def test_nobody_becomes_a_student_who_teaches_elsewhere(campus: Campus) -> None:
    enrol.enrol(
        campus.make_uow(), user=campus.school.users["ada"], course=campus.school.courses[AUTUMN], role=Role.ASSISTANT
    )
    assert _who(campus, email="ada").id != campus.school.users["ada"].id


def test_nobody_becomes_a_student_who_left(campus: Campus) -> None:
    with campus.make_uow().writing() as uow:
        kept = campus.people()["ada"]
        uow.rosters.change([_ended(campus, kept)])
        uow.commit()
    assert _who(campus, email="ada").id != campus.school.users["ada"].id


@pytest.mark.parametrize(
    ("roles", "role"),
    [([LEARNER], Role.STUDENT), ([INSTRUCTOR], Role.INSTRUCTOR), ([INSTRUCTOR, ASSISTANT], Role.ASSISTANT)],
)
def test_a_role_is_the_platforms(campus: Campus, roles: list[str], role: Role) -> None:
    login = _who(campus, roles=roles).login
    assert campus.people()[login].role is role


def test_who_was_brought_is_what_the_platform_says_today(campus: Campus) -> None:
    login = _who(campus, roles=[INSTRUCTOR]).login
    for roles, role in (([LEARNER], Role.STUDENT), ([ASSISTANT], Role.ASSISTANT)):
        assert _who(campus, roles=roles).login == login
        assert campus.people()[login].role is role


def test_a_student_whom_we_enrolled_becomes_more_but_who_became_more_here_does_not_come_in_as_less(
    campus: Campus,
) -> None:
    assert _who(campus, email="ada").login == "ada"
    assert _who(campus, email="ada", roles=[ASSISTANT]).login == "ada"
    assert campus.people()["ada"].role is Role.ASSISTANT
    with pytest.raises(Forbidden, match="you are assistant of this course here, but not in your LMS"):
        _who(campus, email="ada")
    assert campus.people()["ada"].role is Role.ASSISTANT


def test_a_login_that_was_matched_in_one_course_opens_no_staffs_account_in_another(campus: Campus) -> None:
    """Somebody told the LMS Ada's login before she came; she teaches another course of that LMS later."""
    wide = {"iss": "https://wide.example", "email": "ada"}
    campus.connect(None, "wide", issuer=wide["iss"])
    for number, course in ((1, SPRING), (2, AUTUMN)):
        prof = claims(**wide, roles=[INSTRUCTOR], sub="prof", context={"id": f"context-{number}"})
        campus.bind(campus.arrive(prof, "wide").context, course)
    assert campus.arrive(claims(**wide, sub="mallory"), "wide").user == campus.school.users["ada"]
    enrol.enrol(
        campus.make_uow(), user=campus.school.users["ada"], course=campus.school.courses[AUTUMN], role=Role.ASSISTANT
    )
    with pytest.raises(Forbidden, match="but not in your LMS"):
        campus.arrive(claims(**wide, sub="mallory", context={"id": "context-2"}), "wide")


def test_who_was_removed_comes_back_by_the_lms(campus: Campus) -> None:
    login = _who(campus).login
    with campus.make_uow().writing() as uow:
        uow.enrolments.change(_ended(campus, campus.people()[login]))
        uow.commit()
    _who(campus)
    assert campus.people()[login].is_active
    assert campus.log()[-1].deed == Deed.RESTORED.value


def test_the_log_says_by_which_platform_somebody_came(campus: Campus) -> None:
    login = _who(campus).login
    (entry,) = [each for each in campus.log() if each.what == login]
    assert entry.origin.actor == login
    assert (entry.deed, entry.detail["by"], entry.detail["role"]) == (Deed.ENROLLED.value, "launch from LMS", "student")


_ONE, _TWO = f"{ISSUER}/context-1/lineitems/1", f"{ISSUER}/context-1/lineitems/2"


def test_the_links_own_column_is_kept_with_what_it_is_for(campus: Campus) -> None:
    campus.arrive()
    (kept,) = campus.line_items()
    assert (kept.url, kept.item, kept.label, kept.max_points) == (_ONE, "pointwise-conv", "Pointwise", 4)
    assert kept.resource_link == "link-1"


def test_a_links_column_says_what_it_leads_to_when_the_link_does_not(campus: Campus) -> None:
    campus.arrive()
    assert campus.arrive(claims(custom=None)).item == campus.arrive().item
    assert len(campus.line_items()) == 1


def test_a_platform_without_a_gradebook_is_no_trouble(campus: Campus) -> None:
    assert campus.arrive(without_services()).item is not None
    assert campus.line_items() == []


def _graded(campus: Campus, *logins: str) -> None:
    for login in logins:
        campus.school.submit(login)
        campus.school.grade()


def test_what_was_earned_before_goes_to_a_new_column_and_once(campus: Campus) -> None:
    _graded(campus, "ada", "bob")
    campus.arrive(without_services(email="ada"))
    campus.arrive(without_services(email="bob", sub="subject-2"))
    assert campus.sent() == []
    campus.arrive(claims(email="ada"))
    assert campus.sent() == [("ada", "1"), ("bob", "1")]
    campus.arrive(claims(email="ada"))
    assert campus.sent() == [("ada", "1"), ("bob", "1")]


def test_what_somebody_earned_before_they_came_goes_to_all_columns_there_are(campus: Campus) -> None:
    campus.arrive(claims(sub="prof", roles=[INSTRUCTOR]))
    campus.arrive(claims(sub="prof", roles=[INSTRUCTOR], endpoint=column(2)))
    _graded(campus, "ada", "bob")
    assert campus.sent() == [], "the platform knows neither"
    campus.arrive(claims(email="ada"))
    assert campus.sent() == [("ada", "1"), ("ada", "2")]
    assert {item.url for item in campus.line_items()} == {_ONE, _TWO}


def test_what_is_earned_after_the_launch_goes_by_itself(campus: Campus) -> None:
    campus.arrive(claims(email="ada"))
    assert campus.sent() == []
    _graded(campus, "ada")
    assert campus.sent() == [("ada", "1")]


def test_a_link_that_leads_elsewhere_now_takes_the_other_items_scores(campus: Campus) -> None:
    _graded(campus, "ada")
    campus.arrive(claims(email="ada", custom={"item": "exercise:depthwise-conv"}))
    assert campus.sent() == []
    campus.arrive(claims(email="ada"))
    assert [item.item for item in campus.line_items()] == ["pointwise-conv"]
    assert campus.sent() == [("ada", "1")]


def test_of_many_tabs_at_one_moment_all_arrive_as_one(both: Campus) -> None:
    _graded(both, "ada")
    found = _at_once(both, [claims(email="ada")] * TABS)
    assert {user.login for user in found} == {"ada"}
    assert both.sent() == [("ada", "1")]
    assert len(both.members()) == len(both.line_items()) == len(both.contexts()) == 1


def test_a_class_that_opens_the_link_at_one_moment_is_let_in_each_as_themselves(both: Campus) -> None:
    found = _at_once(both, [claims(sub=f"s{number // 2}", email=f"s{number // 2}@x") for number in range(TABS)])
    assert len({user.id for user in found}) == len(both.members()) == TABS // 2
    assert len(both.people()) == 4 + TABS // 2
    assert sum(entry.deed == Deed.ENROLLED.value and "by" in entry.detail for entry in both.log()) == TABS // 2


def _at_once(campus: Campus, told: list[dict[str, Any]]) -> list[User]:
    together, found = threading.Barrier(len(told)), list[object]()

    def open_tab(message: Mapping[str, Any]) -> None:
        together.wait()
        try:
            found.append(campus.arrive(message).user)
        except Exception as error:  # noqa: BLE001 - told below, by the main thread
            found.append(error)

    threads = [threading.Thread(target=open_tab, args=(each,)) for each in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each for each in found if isinstance(each, Exception)] == []
    return found  # type: ignore[return-value]  # no errors are left in it


def _ended(campus: Campus, enrolment: Enrolment) -> Enrolment:
    return replace(enrolment, ended=campus.clock.now())
