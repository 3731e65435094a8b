"""Who is in a course, looked at and changed: by a file, all or nothing, and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Filter, Origin
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from grader.domain.people import Role
from grader.domain.permissions import Action
from grader.domain.roster import Kind, Place
from grader.services import roster as rosters
from grader.services.enrol import add_course, add_user, allowed, enrol, member

if TYPE_CHECKING:
    from grader.domain.roster import Difference
    from grader.services.roster import Preview, Roster
    from tests.services.conftest import World

FILE = b"login,name,section,role\neve,Eve,A,\nzoe,,B,assistant\nbob,,B,\nada,,,\n"


def look(world: World, login: str = "ian") -> Roster:
    return rosters.roster(world.make_uow(), user=world[login], course_slug="spring")


def places(world: World) -> dict[str, Place | None]:
    return {
        person.user.login: Place(person.enrolment.role, person.enrolment.section)
        for person in look(world).people
        if person.enrolment.is_active
    }


def preview(world: World, data: bytes = FILE, *, removes: bool = False, login: str = "ian") -> Preview:
    return rosters.preview(world.make_uow(), user=world[login], course_slug="spring", data=data, removes=removes)


def apply(
    world: World, data: bytes = FILE, *, removes: bool = False, login: str = "ian", expected: str | None = None
) -> Difference:
    uow = world.make_uow()
    uow.origin = Origin(login, "page", "192.0.2.7")
    return rosters.apply(
        uow, world.clock, user=world[login], course_slug="spring", data=data, removes=removes, expected=expected
    )


def put(world: World, login: str, by: str = "ian", **values: Any) -> Kind:  # noqa: ANN401 - role, name, section
    change = rosters.put(
        world.make_uow(),
        world.clock,
        user=world[by],
        course_slug="spring",
        login=login,
        **values,
    )
    return change.kind


def remove(world: World, login: str, by: str = "ian") -> None:
    rosters.remove(world.make_uow(), world.clock, user=world[by], course_slug="spring", login=login)


def log(world: World) -> list[tuple[str, str, dict[str, str]]]:
    """Return the course's entries, oldest first."""
    with world.make_uow().reading() as uow:
        course, _ = member(uow, world["ian"], "spring")
        entries = uow.audit.of_course(course.id, Filter(), 100)
    return [(entry.deed, entry.what, dict(entry.detail)) for entry in reversed(entries)]


def tess(world: World) -> None:
    world.people["tess"] = add_user(world.make_uow(), login="tess", name="Tess")
    put(world, "tess", role=Role.ASSISTANT)


class TestAFile:
    def test_a_preview_writes_nothing(self, world: World) -> None:
        before = look(world)
        difference = preview(world).difference
        assert [(each.login, each.kind) for each in difference.changes] == [
            ("eve", Kind.NEW_USER),
            ("zoe", Kind.NEW),
            ("bob", Kind.CHANGED),
            ("ada", Kind.UNCHANGED),
        ]
        assert look(world) == before

    def test_what_is_applied_is_what_was_looked_at(self, world: World) -> None:
        seen = preview(world).difference
        assert apply(world, expected=seen.fingerprint) == seen
        assert places(world) == {
            "ada": (Role.STUDENT, ""),
            "bob": (Role.STUDENT, "B"),
            "eve": (Role.STUDENT, "A"),
            "ian": (Role.INSTRUCTOR, ""),
            "zoe": (Role.ASSISTANT, "B"),
        }

    def test_each_person_that_changes_is_in_the_log(self, world: World) -> None:
        apply(world)
        assert log(world) == [
            ("roster.enrolled", "eve", {"role": "student", "section": "A"}),
            ("roster.enrolled", "zoe", {"role": "assistant", "section": "B"}),
            ("roster.section", "bob", {"before": "", "after": "B"}),
        ]

    def test_a_second_time_it_changes_nothing(self, world: World) -> None:
        apply(world)
        before = log(world)
        assert not apply(world).real
        assert log(world) == before

    def test_what_changed_meanwhile_is_looked_at_once_more_if_it_matters(self, world: World) -> None:
        seen = preview(world).difference.fingerprint
        put(world, "ada", section="C")  # the file would put her back in none
        with pytest.raises(Conflict, match="once more"):
            apply(world, expected=seen)
        put(world, "ada", section="")
        assert apply(world, expected=seen).real

    def test_one_wrong_line_keeps_all_of_it_out(self, world: World) -> None:
        before = places(world)
        wrong = FILE + b"x y,X,,\nmax,,,\n"
        assert [problem.line for problem in preview(world, wrong).difference.problems] == [6, 7]
        with pytest.raises(Invalid, match=r"nothing was changed: line 6: 'x y' is no login.*, and 1 more") as refused:
            apply(world, wrong)
        assert (refused.value.field, refused.value.line) == ("file", 6)
        assert places(world) == before

    @pytest.mark.parametrize(
        ("data", "error"),
        [(b"login\n", Invalid), (b"", Invalid), (b"\xff", Invalid), (b"login\n" + b"x" * 2**20, TooLarge)],
    )
    def test_what_is_no_roster_removes_nobody(self, world: World, data: bytes, error: type[Exception]) -> None:
        for act in (preview, apply):
            with pytest.raises(error):
                act(world, data, removes=True)
        assert len(places(world)) == 3

    def test_who_is_not_in_it_leaves_if_it_is_said_and_comes_back_to_their_work(self, world: World) -> None:
        work = world.submit("bob")
        apply(world, b"login\nada\n", removes=True)
        assert set(places(world)) == {"ada", "ian"}
        assert look(world).find("bob").enrolment.ended == world.clock.now()
        apply(world, b"login\nbob\n")
        assert look(world).find("bob").enrolment.id == work.enrolment_id
        assert [deed for deed, _, _ in log(world)] == ["roster.removed", "roster.restored"]

    def test_it_can_be_written_and_read_again(self, world: World) -> None:
        apply(world)
        assert not preview(world, rosters.to_csv(look(world)).encode(), removes=True).difference.real


class TestByHand:
    def test_somebody_new_is_added_with_a_name(self, world: World) -> None:
        with pytest.raises(Invalid, match="say the name") as refused:
            put(world, "eve")
        assert refused.value.field == "name"
        assert put(world, " EVE ", name="Eve", role=Role.ASSISTANT, section="A") is Kind.NEW_USER
        assert places(world)["eve"] == (Role.ASSISTANT, "A")

    def test_who_is_known_elsewhere_keeps_the_name(self, world: World) -> None:
        assert put(world, "zoe", name="Zoë") is Kind.NEW
        assert look(world).find("zoe").user.name == "Zoe"

    def test_what_is_not_said_stays(self, world: World) -> None:
        put(world, "ada", section="A")
        put(world, "ada", role=Role.ASSISTANT)
        assert places(world)["ada"] == (Role.ASSISTANT, "A")
        assert log(world)[-1] == ("roster.role", "ada", {"before": "student", "after": "assistant"})

    @pytest.mark.parametrize(
        ("login", "values", "field"),
        [
            ("a b", {"name": "A"}, "login"),
            ("eve", {"name": "E\u202eve"}, "name"),
            ("eve", {"name": "Eve", "section": "x" * 41}, "section"),
        ],
    )
    def test_what_is_wrong_is_named(self, world: World, login: str, values: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            put(world, login, **values)
        assert refused.value.field == field

    def test_who_left_is_in_the_course_no_more_and_can_be_brought_back(self, world: World) -> None:
        remove(world, "ada")
        with world.make_uow().reading() as uow, pytest.raises(NotFound):
            member(uow, world["ada"], "spring")
        with pytest.raises(NotFound):
            remove(world, "ada")
        assert put(world, "ada") is Kind.RETURNING
        assert world.submit("ada").id

    @pytest.mark.parametrize("login", ["zoe", "nobody"])
    def test_who_never_was_there_can_not_be_removed(self, world: World, login: str) -> None:
        with pytest.raises(NotFound):
            remove(world, login)


class TestTheLastInstructor:
    @pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
    def test_nobody_takes_their_own_role_away(self, world: World, role: Role) -> None:
        with pytest.raises(Invalid, match="own role") as refused:
            put(world, "ian", role=role)
        assert refused.value.field == "role"
        with pytest.raises(Invalid, match="line 2: you can't change your own role"):
            apply(world, f"login,role\nian,{role.value}\n".encode())

    def test_nobody_removes_themselves(self, world: World) -> None:
        with pytest.raises(Conflict, match="yourself"):
            remove(world, "ian")
        apply(world, b"login\nada\n", removes=True)
        assert places(world)["ian"] == (Role.INSTRUCTOR, "")

    def test_one_may_change_ones_section(self, world: World) -> None:
        put(world, "ian", section="A", role=Role.INSTRUCTOR)
        assert places(world)["ian"] == (Role.INSTRUCTOR, "A")

    def test_who_is_made_a_student_may_do_nothing_more_at_once(self, world: World) -> None:
        put(world, "zoe", role=Role.INSTRUCTOR)
        put(world, "ian", by="zoe", role=Role.STUDENT)
        with pytest.raises(Forbidden):
            put(world, "zoe", role=Role.STUDENT)
        with world.make_uow().reading() as uow, pytest.raises(Forbidden):
            allowed(uow, world["ian"], "spring", Action.SEE_GRADES)


class TestWhoMay:
    @pytest.mark.parametrize(("login", "error"), [("ada", Forbidden), ("zoe", NotFound)])
    def test_students_and_strangers_may_neither_look_nor_change(
        self, world: World, login: str, error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            look(world, login)
        for act in (preview, apply):
            with pytest.raises(error):
                act(world, login=login)
        with pytest.raises(error):
            put(world, "bob", by=login, role=Role.ASSISTANT)
        with pytest.raises(error):
            remove(world, "bob", by=login)

    def test_assistants_may_look(self, world: World) -> None:
        tess(world)
        assert look(world, "tess").role is Role.ASSISTANT
        with pytest.raises(Forbidden):
            apply(world, login="tess")


class TestLooking:
    def test_who_has_a_password_and_when_they_were_active_is_told(self, world: World) -> None:
        with world.make_uow().writing() as uow:
            uow.users.set_password(world["bob"].id, "hash")
            uow.commit()
        world.submit("ada")
        found = {person.user.login: (person.has_password, person.active) for person in look(world).people}
        assert found == {"ada": (False, world.clock.now()), "bob": (True, None), "ian": (False, None)}

    def test_the_file_for_spreadsheets_runs_nowhere(self, world: World) -> None:
        put(world, "eve", name='=HYPERLINK("x")', section="+1")
        put(world, "bob", section="B")
        remove(world, "bob")
        assert rosters.to_csv(look(world)).splitlines() == [
            "login,name,section,role",
            "ada,Ada,,student",
            'eve,"\'=HYPERLINK(""x"")",\'+1,student',
            "ian,Ian,,instructor",
        ]

    def test_people_of_other_courses_are_not_there(self, world: World) -> None:
        other = add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
        enrol(world.make_uow(), user=world["zoe"], course=other, role=Role.STUDENT)
        with pytest.raises(NotFound):
            look(world).find("zoe")
