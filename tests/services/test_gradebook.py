"""The gradebook: who may see it, what is in it, and that taking it away is noted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.arrangement import LOGIN, SUM, Arrangement
from grader.domain.assignment import Terms
from grader.domain.audit import Deed, Filter
from grader.domain.errors import Forbidden, NotFound
from grader.domain.people import Enrolment, Role
from grader.domain.scoring import Grade, ItemKind
from grader.services.enrol import add_user, enrol
from grader.services.grade import grade_run
from grader.services.gradebook import Gradebook, Neighbours, export, gradebook, neighbours
from tests.fakes import NOON, FakeExaminer, a_check, a_report

if TYPE_CHECKING:
    from tests.services.conftest import World


def book_of(world: World, login: str = "ian", **wanted: object) -> Gradebook:
    arrangement = Arrangement(**{"order": LOGIN, **wanted})  # type: ignore[arg-type]
    return gradebook(world.make_uow(), world.catalogue, user=world[login], course_slug="spring", wanted=arrangement)


def enrolment_of(world: World, login: str) -> Enrolment:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        found = uow.enrolments.find(world[login].id, course.id)
    assert found
    return found


def change(world: World, login: str, **fields: object) -> None:
    enrolment = replace(enrolment_of(world, login), **fields)  # type: ignore[arg-type]
    with world.make_uow().writing() as uow:
        uow.enrolments.change(enrolment)
        uow.commit()


def put(world: World, login: str, item: str, points: Fraction, kind: ItemKind = ItemKind.EXERCISE) -> None:
    with world.make_uow().writing() as uow:
        uow.grades.put(Grade(enrolment_of(world, login).id, kind, item, points, 5, 1, 1))
        uow.commit()


class TestGradebook:
    def test_it_has_students_and_items_in_order(self, world: World) -> None:
        book = book_of(world)
        assert [row.student.login for row in book.rows] == ["ada", "bob"]
        assert [(item.key, item.max_points) for item in book.items] == [
            ("exercise:pointwise-conv", 4),
            ("exercise:bottleneck", 4),
            ("quiz:weights", 3),
        ]
        assert book.rows[0].grades == (None, None, None)
        assert (book.everyone, book.role) == (2, Role.INSTRUCTOR)
        assert book.max_points == 11

    def test_what_counts_stands_in_its_place(self, world: World) -> None:
        submission = world.submit("bob", "bottleneck")
        run_id = world.run(submission).id
        report = a_report(a_check(points=2), exercise="bottleneck")
        grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(report), run_id=run_id, node="n")
        _, bob = book_of(world).rows
        two, place = Fraction(2), (submission.enrolment_id, ItemKind.EXERCISE, "bottleneck")
        assert bob.grades[1] == Grade(*place, two, 3, submission.id, 1, raw=two, earned=two)
        assert bob.points == 2

    def test_a_weight_multiplies_points_in_the_sum_and_in_what_it_is_out_of(self, world: World) -> None:
        world.set_terms("bottleneck", Terms(weight=Fraction(3, 2)))
        put(world, "ada", "bottleneck", Fraction(2))
        put(world, "ada", "pointwise-conv", Fraction(1, 3))
        book = book_of(world)
        assert book.rows[0].points == Fraction(10, 3)
        assert book.max_points == 4 + 6 + 3

    def test_grades_of_items_that_left_the_lesson_stay_visible(self, world: World) -> None:
        put(world, "ada", "old", Fraction(2))
        put(world, "bob", "old", Fraction(1), ItemKind.QUIZ)
        book = book_of(world)
        assert [(item.key, item.max_points) for item in book.items[-2:]] == [("exercise:old", 5), ("quiz:old", 5)]
        assert book.rows[0].points == 2

    def test_what_is_not_offered_stands_there_only_where_it_was_graded_and_counts_nothing(self, world: World) -> None:
        world.set_terms("bottleneck", Terms(offered=False))
        assert "exercise:bottleneck" not in [item.key for item in book_of(world).items]
        put(world, "ada", "bottleneck", Fraction(2))
        book = book_of(world)
        assert "exercise:bottleneck" in [item.key for item in book.items]
        assert book.rows[0].points == 0
        assert book.max_points == 7

    def test_who_left_is_not_among_them_unless_asked_for(self, world: World) -> None:
        change(world, "ada", ended=NOON)
        assert [row.student.login for row in book_of(world).rows] == ["bob"]
        assert [(row.student.login, row.ended) for row in book_of(world, ended=True).rows] == [
            ("ada", NOON),
            ("bob", None),
        ]

    def test_it_tells_the_sections_that_there_are(self, world: World) -> None:
        change(world, "ada", section="b")
        change(world, "bob", section="A")
        book = book_of(world, section="b")
        assert book.sections == ("A", "b")
        assert [row.student.login for row in book.rows] == ["ada"]
        assert book.everyone == 2

    def test_students_may_not_see_it(self, world: World) -> None:
        with pytest.raises(Forbidden):
            book_of(world, "ada")

    def test_strangers_do_not_learn_that_it_exists(self, world: World) -> None:
        with pytest.raises(NotFound):
            book_of(world, "zoe")


class TestExport:
    def test_who_takes_it_away_is_noted(self, world: World) -> None:
        uow = world.make_uow()
        taken = export(
            uow,
            world.clock,
            world.catalogue,
            user=world["ian"],
            course_slug="spring",
            wanted=Arrangement(text="ada"),
            form="CSV",
        )
        assert [row.student.login for row in taken.book.rows] == ["ada"]
        with uow.reading():
            (entry,) = uow.audit.of_course(taken.book.course.id, Filter(), 10)
        assert (entry.deed, entry.what, entry.made) == (Deed.EXPORTED.value, "CSV: 1 of 2 students", world.clock.now())


class TestNeighbours:
    @pytest.mark.parametrize(
        ("login", "order", "expected"),
        [("ada", LOGIN, (None, "bob")), ("bob", LOGIN, ("ada", "cyd")), ("bob", SUM, ("cyd", None))],
    )
    def test_they_stand_around_a_student_as_in_the_gradebook(
        self, world: World, login: str, order: str, expected: tuple[str | None, str | None]
    ) -> None:
        with world.make_uow().reading() as uow:
            course = uow.courses.by_slug("spring")
        assert course
        world.people["cyd"] = add_user(world.make_uow(), login="cyd", name="Cyd")
        enrol(world.make_uow(), user=world["cyd"], course=course, role=Role.STUDENT)
        put(world, "bob", "old", Fraction(2))
        with world.make_uow().reading() as uow:
            found = neighbours(uow, world.catalogue, course, world[login], Arrangement(order))
        assert tuple(each and each.login for each in found) == expected

    def test_who_is_not_among_the_wanted_has_none(self, world: World) -> None:
        with world.make_uow().reading() as uow:
            course = uow.courses.by_slug("spring")
            assert course
            found = neighbours(uow, world.catalogue, course, world["ada"], Arrangement(text="bob"))
        assert found == Neighbours(None, None)
