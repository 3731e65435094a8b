"""Courses are made, changed and copied by instructors."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.assignment import Terms
from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.scoring import ItemKind, Late
from grader.services import courses, roster
from grader.services.enrol import member
from tests.fakes import NOON

if TYPE_CHECKING:
    from grader.domain.audit import Entry
    from grader.domain.people import Course
    from tests.services.conftest import World

DAY = timedelta(days=1)
TERMS = Terms(opens=NOON + DAY, due=NOON + 8 * DAY, closes=NOON + 9 * DAY, late=Late.CLIFF, attempts=3)


def make(world: World, by: str = "ian", slug: str = "autumn", **values: Any) -> Course:  # noqa: ANN401
    asked = {"title": "Autumn", "lesson": "channels"} | values
    return courses.make(world.make_uow(), world.clock, world.catalogue, user=world[by], slug=slug, **asked)


def change(world: World, by: str = "ian", **values: Any) -> Course:  # noqa: ANN401
    asked = {"title": "Spring", "closes": None} | values
    return courses.change(world.make_uow(), world.clock, user=world[by], course_slug="spring", **asked)


def copy(world: World, by: str = "ian", slug: str = "autumn", **values: Any) -> Course:  # noqa: ANN401
    asked = {"title": "Autumn"} | values
    return courses.copy(world.make_uow(), world.clock, user=world[by], course_slug="spring", slug=slug, **asked)


def people(world: World, course: Course) -> dict[str, Role]:
    with world.make_uow().reading() as uow:
        return {user.login: enrolment.role for enrolment, user in uow.enrolments.of_course(course.id)}


def terms(world: World, course: Course) -> Terms:
    with world.make_uow().reading() as uow:
        return uow.assignments.find(course.id, ItemKind.EXERCISE, "bottleneck").terms


def log(world: World, course: Course) -> list[Entry]:
    with world.make_uow().reading() as uow:
        return list(reversed(uow.audit.of_course(course.id, Filter(), 100)))


class TestMaking:
    def test_the_maker_is_its_instructor(self, world: World) -> None:
        course = make(world, closes=NOON)
        assert (course.slug, course.title, course.lesson, course.closes) == ("autumn", "Autumn", "channels", NOON)
        assert people(world, course) == {"ian": Role.INSTRUCTOR}
        assert [(entry.deed, entry.what, entry.detail) for entry in log(world, course)] == [
            ("course.made", "autumn", {"lesson": "channels"})
        ]

    @pytest.mark.parametrize("login", ["ada", "zoe"])
    def test_only_who_instructs_a_course_makes_one(self, world: World, login: str) -> None:
        with pytest.raises(Forbidden):
            make(world, login)
        with pytest.raises(Forbidden):
            courses.lessons(world.make_uow(), world.catalogue, user=world[login])

    def test_who_instructs_none_any_more_makes_none(self, world: World) -> None:
        roster.put(
            world.make_uow(), world.clock, user=world["ian"], course_slug="spring", login="zoe", role=Role.INSTRUCTOR
        )
        assert courses.lessons(world.make_uow(), world.catalogue, user=world["zoe"])
        roster.remove(world.make_uow(), world.clock, user=world["ian"], course_slug="spring", login="zoe")
        with pytest.raises(Forbidden):
            courses.lessons(world.make_uow(), world.catalogue, user=world["zoe"])

    @pytest.mark.parametrize(
        ("values", "field"),
        [({"slug": "Aut umn"}, "slug"), ({"slug": ""}, "slug"), ({"title": " "}, "title"), ({"lesson": "x"}, "lesson")],
    )
    def test_what_is_wrong_is_named_and_nothing_made(self, world: World, values: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            make(world, **values)
        assert refused.value.field == field
        assert make(world)

    def test_a_name_that_is_taken_is_a_conflict(self, world: World) -> None:
        with pytest.raises(Conflict, match="'spring' exists"):
            make(world, slug="spring")

    def test_any_lesson_may_be_taught(self, world: World) -> None:
        found = courses.lessons(world.make_uow(), world.catalogue, user=world["ian"])
        assert [lesson.slug for lesson in found] == ["channels"]


class TestChanging:
    def test_title_and_end_are_kept_and_logged(self, world: World) -> None:
        course = change(world, title=" Spring, evening ", closes=NOON)
        assert courses.settings(world.make_uow(), user=world["ian"], course_slug="spring").course == course
        assert log(world, course)[-1].detail == {"title": "Spring → Spring, evening", "closes": f"– → {NOON}"}
        with pytest.raises(Conflict, match="closed"):
            world.submit("ada")

    def test_what_changes_nothing_is_not_logged(self, world: World) -> None:
        assert not log(world, change(world))

    @pytest.mark.parametrize(("login", "error"), [("ada", Forbidden), ("zoe", NotFound)])
    def test_only_instructors_do(self, world: World, login: str, error: type[Exception]) -> None:
        for act in (change, copy):
            with pytest.raises(error):
                act(world, login)
        with pytest.raises(error):
            courses.settings(world.make_uow(), user=world[login], course_slug="spring")


class TestCopying:
    @pytest.mark.parametrize("values", [{"days": 182}, {"begins": (NOON + 183 * DAY).date()}])
    def test_all_dates_move_by_as_many_days(self, world: World, values: dict[str, Any]) -> None:
        world.set_terms("bottleneck", TERMS)
        change(world, closes=NOON + 90 * DAY)
        course = copy(world, **values)
        by = 182 * DAY
        assert course.closes == NOON + 90 * DAY + by
        assert terms(world, course) == Terms(
            opens=NOON + DAY + by, due=NOON + 8 * DAY + by, closes=NOON + 9 * DAY + by, late=Late.CLIFF, attempts=3
        )
        assert course.lesson == "channels"
        assert log(world, course)[0].detail == {"lesson": "channels", "copied from": "spring"}

    def test_the_first_date_is_told(self, world: World) -> None:
        assert courses.settings(world.make_uow(), user=world["ian"], course_slug="spring").begins is None
        world.set_terms("bottleneck", TERMS)
        assert courses.settings(world.make_uow(), user=world["ian"], course_slug="spring").begins == NOON + DAY

    def test_students_and_their_work_stay_behind(self, world: World) -> None:
        world.submit("ada")
        course = copy(world)
        assert people(world, course) == {"ian": Role.INSTRUCTOR}
        with world.make_uow().reading() as uow, pytest.raises(NotFound):
            member(uow, world["ada"], "autumn")

    def test_the_staff_comes_along_if_wanted_but_who_left(self, world: World) -> None:
        uow = world.make_uow()
        for login in ("zoe", "bob"):
            roster.put(uow, world.clock, user=world["ian"], course_slug="spring", login=login, role=Role.ASSISTANT)
        roster.remove(uow, world.clock, user=world["ian"], course_slug="spring", login="bob")
        course = copy(world, staff=True)
        assert people(world, course) == {"ian": Role.INSTRUCTOR, "zoe": Role.ASSISTANT}
        assert [(entry.deed, entry.what) for entry in log(world, course)][1:] == [("roster.enrolled", "zoe")]

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"days": 3661}, "days"),
            ({"days": -3661}, "days"),
            ({"days": 1, "begins": date(2027, 1, 1)}, "begins"),
            ({"begins": date(9999, 1, 1)}, "begins"),
            ({"title": ""}, "title"),
            ({"slug": "a b"}, "slug"),
        ],
    )
    def test_what_is_wrong_is_named(self, world: World, values: dict[str, Any], field: str) -> None:
        world.set_terms("bottleneck", TERMS)
        with pytest.raises(Invalid) as refused:
            copy(world, **values)
        assert refused.value.field == field

    def test_a_beginning_needs_a_date_that_could_move(self, world: World) -> None:
        with pytest.raises(Invalid, match="no assignment has a date"):
            copy(world, begins=date(2027, 1, 1))

    def test_dates_stay_in_the_calendar(self, world: World) -> None:
        change(world, closes=datetime(9999, 12, 31, tzinfo=UTC))
        with pytest.raises(Invalid, match="calendar"):
            copy(world, days=365)

    def test_a_name_that_is_taken_copies_nothing(self, world: World) -> None:
        with pytest.raises(Conflict):
            copy(world, slug="spring")
