"""Who is in a platform's course is in ours: they come, change, go and come back, and nobody goes by mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Forbidden, NotFound, Unavailable
from grader.domain.lms.log import Wanted
from grader.domain.lms.platform import ASSISTANT, INSTRUCTOR, LEARNER
from grader.domain.people import Role
from grader.lms.outgoing import Reply
from tests.lms.gradebook.desk import BOTTLENECK, CONV

if TYPE_CHECKING:
    from grader.domain.people import Enrolment
    from tests.lms.gradebook.desk import Desk

NEW = ("cleo", "dan", "eve")


def active(desk: Desk) -> dict[str, Role]:
    people = desk.read(lambda uow: uow.rosters.members(desk.course.id))
    return {each.user.login: each.enrolment.role for each in people if each.enrolment.is_active}


def note(desk: Desk) -> str:
    return desk.read(lambda uow: uow.platforms.context(desk.context.id)).sync_note


def test_all_pages_come_in_and_who_waits_by_their_login_is_not_made_twice(desk: Desk) -> None:
    desk.names("ada", "bob", *NEW)
    found = desk.sync()
    assert (found.added, found.changed, found.ended) == (4, 0, 0), (
        "three students, and Ian once more: staff aren't given away"
    )
    logins = {desk.login_of(f"sub-{login}") for login in ("ada", "bob", *NEW)}
    assert {"ada", "bob"} < logins
    assert len(logins) == 5
    assert desk.lms.asked.count(("GET", f"{desk.context.members_url}?limit=100")) == 1
    assert sum("/members" in url for _, url in desk.lms.asked) == 3, "pages of two"


def test_a_second_reading_changes_nothing(desk: Desk) -> None:
    desk.names("ada", *NEW)
    desk.sync()
    before = desk.log()
    desk.listen()
    found = desk.sync()
    assert (found.added, found.changed, found.ended, found.unchanged) == (0, 0, 0, 5)
    assert desk.read(lambda uow: uow.outbox.of_course(desk.course.id, Wanted(), 10)) == []
    assert [each.deed for each in desk.log()[len(before) :]] == ["lms.members_read"]


def test_what_it_came_to_is_noted_at_the_platforms_course_and_in_the_log(desk: Desk) -> None:
    desk.names("ada", "cleo")
    found = desk.sync()
    kept = desk.read(lambda uow: uow.platforms.context(desk.context.id))
    assert (kept.synced, kept.sync_note) == (desk.world.clock.now(), found.note)
    assert found.note == "3 people: 2 came, 0 changed, 0 went"
    assert (desk.log()[-1].deed, desk.log()[-1].detail) == ("lms.members_read", {"people": found.note})


def test_each_who_comes_or_goes_is_told_to_endpoints_and_stands_in_the_log(desk: Desk) -> None:
    desk.names("ada", "cleo", "dan")
    desk.sync()
    desk.listen()
    cleo = desk.login_of("sub-cleo")
    desk.names("ada", "dan", "eve")
    desk.sync()
    told = desk.read(lambda uow: uow.outbox.of_course(desk.course.id, Wanted(), 10))
    assert sorted(each.login for each in told) == sorted([cleo, desk.login_of("sub-eve")])
    entries = [(each.deed, each.what, each.detail["by"]) for each in desk.log()[-3:-1]]
    assert sorted(entries) == [
        ("roster.enrolled", desk.login_of("sub-eve"), "list of Campus"),
        ("roster.removed", cleo, "list of Campus"),
    ]


@pytest.mark.parametrize("is_named", [True, False], ids=["inactive", "not named"])
def test_who_is_inactive_or_not_named_any_more_goes_and_comes_back(desk: Desk, is_named: bool) -> None:  # noqa: FBT001 - a case
    desk.names("ada", *NEW)
    desk.sync()
    cleo = desk.login_of("sub-cleo")
    desk.names("ada", "dan", "eve", away=["cleo"] if is_named else [])
    assert desk.sync().ended == 1
    assert cleo not in active(desk)
    member = desk.read(lambda uow: uow.platforms.member_of(desk.context.id, desk.enrolment(cleo).user_id))
    assert member is not None
    assert member.ended == desk.world.clock.now()
    desk.names("ada", *NEW)
    found = desk.sync()
    assert (found.added, found.ended) == (1, 0)
    assert active(desk)[cleo] is Role.STUDENT
    assert desk.log()[-2].deed == "roster.restored"


def test_who_is_inactive_and_was_never_here_does_not_come(desk: Desk) -> None:
    desk.names("ada", away=["cleo"])
    desk.sync()
    with pytest.raises(AssertionError):
        desk.login_of("sub-cleo")


def test_who_was_enrolled_here_by_hand_and_is_unknown_there_stays(desk: Desk) -> None:
    desk.names("ada")
    desk.sync()
    assert desk.sync().ended == 0
    assert active(desk)["bob"] is Role.STUDENT


def test_who_was_enrolled_by_hand_and_is_known_there_goes(desk: Desk) -> None:
    desk.names("ada", "bob", "cleo")
    desk.sync()
    desk.names("ada", "cleo")
    assert desk.sync().ended == 1
    assert "bob" not in active(desk)


def test_who_is_in_another_course_of_the_lms_that_is_bound_here_stays(desk: Desk) -> None:
    _, other = desk.connect("lms", "other")
    desk.names("ada", "bob", "cleo")
    desk.sync()
    desk.sync(other)
    desk.names("bob", "cleo")
    assert desk.sync().ended == 0
    assert "ada" in active(desk)
    assert desk.sync(other).ended == 1
    assert "ada" not in active(desk)


class TestTeachers:
    """Whoever teaches must not be locked out by a list."""

    def test_who_syncs_stays_though_the_platform_does_not_name_them(self, desk: Desk) -> None:
        desk.knows("ian")
        desk.names("ada", "bob", teachers=["jo"])
        desk.sync(removes_many=True)
        assert active(desk)["ian"] is Role.INSTRUCTOR

    def test_who_syncs_goes_on_teaching_though_the_platform_calls_them_a_student(self, desk: Desk) -> None:
        desk.names("ada", "bob", teachers=["jo"])
        desk.sync()
        jo = desk.login_of("sub-jo")
        teacher = desk.read(lambda uow: uow.users.by_login(jo))
        desk.lms.members[-1]["roles"] = [LEARNER]
        found = desk.sync(user=teacher)
        assert (found.changed, active(desk)[jo]) == (0, Role.INSTRUCTOR)
        assert desk.sync().changed == 1, "Ian may have it so: he teaches, too"
        assert active(desk)[jo] is Role.STUDENT

    def test_the_last_one_stays_whoever_syncs(self, desk: Desk) -> None:
        desk.names("ada", "bob", teachers=["jo"])
        desk.sync()
        jo = desk.login_of("sub-jo")
        desk.write(lambda uow: uow.enrolments.change(_ended(desk, "ian")))
        desk.names("ada", "bob", teachers=[])
        teacher = desk.read(lambda uow: uow.users.by_login(jo))
        desk.sync(user=teacher)
        assert active(desk)[jo] is Role.INSTRUCTOR

    def test_roles_follow_the_platform_for_who_came_by_it_and_never_fall_for_others(self, desk: Desk) -> None:
        desk.names("ada", "cleo")
        desk.sync()
        cleo = desk.login_of("sub-cleo")
        for role in (ASSISTANT, INSTRUCTOR):
            for member in desk.lms.members:
                member["roles"] = [role]
            desk.sync()
        assert (active(desk)[cleo], active(desk)["ada"]) == (Role.INSTRUCTOR, Role.INSTRUCTOR)
        for member in desk.lms.members:
            member["roles"] = [LEARNER]
        assert desk.sync().changed == 2, "Cleo, and who came as Ian"
        assert (active(desk)[cleo], active(desk)["ada"]) == (Role.STUDENT, Role.INSTRUCTOR)


class TestRefused:
    """A list that can't be right changes nothing, and the note says why."""

    def test_a_page_that_can_t_be_read(self, desk: Desk) -> None:
        desk.names("ada", *NEW)
        desk.lms.wrong = lambda _, url: Reply(500) if "start=4" in url else None
        with pytest.raises(Unavailable, match="answered 500"):
            desk.sync()
        assert set(active(desk)) == {"ada", "bob", "ian"}
        assert "answered 500" in note(desk)

    def test_a_platform_without_the_service(self, desk: Desk) -> None:
        bare = desk.connect("lms", "bare", scopes=())[1]
        with pytest.raises(Unavailable, match="does not let us read who is in its course: switch on Names and Role"):
            desk.sync(bare)
        assert desk.lms.asked == []

    @pytest.mark.parametrize("left", [(), ("ada",)], ids=["empty", "one left"])
    def test_a_list_without_more_than_half_of_those_named_before(self, desk: Desk, left: tuple[str, ...]) -> None:
        desk.names("ada", *NEW, teachers=[])
        desk.sync()
        before = active(desk)
        desk.names(*left, teachers=[])
        with pytest.raises(Conflict, match=r"Campus leaves out [34] of the 4 people whom it named before"):
            desk.sync()
        assert active(desk) == before
        assert note(desk).startswith("nothing was changed: Campus leaves out")
        assert desk.sync(removes_many=True).ended == 4 - len(left)

    def test_half_may_go(self, desk: Desk) -> None:
        desk.names("ada", *NEW, teachers=[])
        desk.sync()
        desk.names("ada", "cleo", teachers=[])
        assert desk.sync().ended == 2

    def test_only_instructors_sync_and_only_what_is_connected(self, desk: Desk) -> None:
        with pytest.raises(Forbidden, match="connect other systems"):
            desk.sync(user=desk.world["ada"])
        with pytest.raises(NotFound, match="you are in"):
            desk.sync(user=desk.world["zoe"])
        desk.write(lambda uow: uow.platforms.unbind(desk.context.id))
        with pytest.raises(NotFound, match=f"no course {desk.context.id} of an LMS is connected"):
            desk.sync()
        assert desk.lms.asked == []


class TestEarlierGrades:
    """What was earned before the platform knew somebody arrives there."""

    def test_those_of_who_is_named_for_the_first_time(self, desk: Desk) -> None:
        conv, bottleneck = desk.make(CONV, BOTTLENECK)
        desk.grade("ada", 3)
        desk.grade("ada", 2, BOTTLENECK)
        assert desk.dispatch() == 0
        desk.names("ada", "bob")
        desk.sync()
        assert desk.dispatch() == 2
        assert (desk.shown("ada", conv), desk.shown("ada", bottleneck)) == (3, 2)

    def test_what_changed_while_they_were_away_when_they_come_back(self, desk: Desk) -> None:
        (conv,) = desk.make(CONV)
        desk.names("ada", "bob", "cleo")
        desk.sync()
        set_, taken = desk.grade("ada", 3), desk.grade("bob", 4)
        desk.dispatch()
        desk.names("cleo")
        desk.sync()
        desk.withdraw(taken)
        desk.withdraw(set_)
        desk.grade("ada", 1)
        desk.dispatch()
        assert (desk.shown("ada", conv), desk.shown("bob", conv)) == (3, 4), "nobody is told of who is not there"
        desk.names("ada", "bob", "cleo")
        desk.sync()
        desk.dispatch()
        assert (desk.shown("ada", conv), desk.shown("bob", conv)) == (1, None)

    def test_what_changed_while_somebody_was_put_out_by_hand_when_they_are_put_back(self, desk: Desk) -> None:
        (conv,) = desk.make(CONV)
        desk.names("ada", "bob")
        desk.sync()
        desk.grade("ada", 3)
        desk.dispatch()
        desk.grade("ada", 1)
        desk.put_out("ada")
        desk.dispatch()
        assert desk.shown("ada", conv) == 3
        desk.put("ada")
        desk.dispatch()
        assert desk.shown("ada", conv) == 1

    def test_those_of_who_was_an_assistant_until_now(self, desk: Desk) -> None:
        (conv,) = desk.make(CONV)
        desk.names("ada", "bob")
        desk.sync()
        desk.grade("ada", 2)
        desk.put("ada", Role.ASSISTANT)
        desk.dispatch()
        desk.put("ada", Role.STUDENT)
        desk.dispatch()
        assert desk.shown("ada", conv) == 2


def _ended(desk: Desk, login: str) -> Enrolment:
    return replace(desk.enrolment(login), ended=desk.world.clock.now())
