"""A grade set by hand: who may, within which bounds, what it counts against, and that nothing of it is lost."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Deed, Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.scoring import Cause, Grade, ItemKind, Override
from grader.services import override as by_hand
from grader.services.enrol import add_course, enrol
from grader.services.grade import grade_run
from tests.fakes import FakeExaminer

if TYPE_CHECKING:
    from grader.domain.audit import Entry
    from grader.domain.scoring import GradeChange
    from tests.services.conftest import World

CONV = (ItemKind.EXERCISE, "pointwise-conv")
REASON = "The hidden test was wrong."


def set_grade(
    world: World,
    points: Fraction | int = 4,
    *,
    by: str = "ian",
    login: str = "ada",
    kind: ItemKind = ItemKind.EXERCISE,
    slug: str = "pointwise-conv",
    reason: str = REASON,
) -> Override:
    return by_hand.override(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=world[by],
        course_slug="spring",
        login=login,
        kind=kind,
        slug=slug,
        points=Fraction(points),
        reason=reason,
    )


def withdraw(world: World, override_id: int, *, by: str = "ian", course: str = "spring") -> Override:
    return by_hand.withdraw(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=world[by],
        course_slug=course,
        override_id=override_id,
    )


def hand_in(world: World) -> None:
    """Let Ada earn 3 of 4 points."""
    run_id = world.run(world.submit()).id
    grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(), run_id=run_id, node="n")


def enrolment_id(world: World, login: str = "ada") -> int:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        enrolment = uow.enrolments.find(world[login].id, course.id)
    assert enrolment
    return enrolment.id


def grade(world: World, kind: ItemKind = ItemKind.EXERCISE, item: str = "pointwise-conv") -> Grade | None:
    with world.make_uow().reading() as uow:
        return uow.grades.find(enrolment_id(world), kind, item)


def points(world: World) -> Fraction:
    found = grade(world)
    assert found
    return found.points


def changes(world: World) -> list[GradeChange]:
    with world.make_uow().reading() as uow:
        return list(uow.history.of_enrolment(enrolment_id(world)))


def log(world: World) -> list[Entry]:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        return list(uow.audit.of_course(course.id, Filter(), 10))


class TestSet:
    def test_it_counts_instead_of_what_was_earned(self, world: World) -> None:
        hand_in(world)
        made = set_grade(world, Fraction(7, 2))
        found = grade(world)
        assert found
        assert (found.points, found.earned, found.override_id) == (Fraction(7, 2), Fraction(3), made.id)
        assert found.attempt_id is not None

    def test_it_counts_without_any_attempt(self, world: World) -> None:
        set_grade(world, 2)
        found = grade(world)
        assert found
        assert (found.attempt_id, found.attempts, found.max_points) == (None, 0, 4)
        assert found.points == 2

    def test_it_counts_whatever_is_earned_later(self, world: World) -> None:
        set_grade(world, 1)
        hand_in(world)
        assert points(world) == 1

    def test_a_quiz_can_be_set_as_well(self, world: World) -> None:
        set_grade(world, 3, kind=ItemKind.QUIZ, slug="weights")
        found = grade(world, ItemKind.QUIZ, "weights")
        assert found
        assert found.points == found.max_points == 3

    def test_the_newest_counts(self, world: World) -> None:
        set_grade(world, 1)
        set_grade(world, 2)
        assert points(world) == 2

    @pytest.mark.parametrize("given", [0, 8, Fraction(1, 3)])
    def test_up_to_twice_the_points_may_be_given(self, world: World, given: Fraction | int) -> None:
        set_grade(world, given)
        assert points(world) == given

    @pytest.mark.parametrize("given", [-1, Fraction(801, 100), 1000])
    def test_no_slip_of_the_keyboard_becomes_a_grade(self, world: World, given: Fraction | int) -> None:
        with pytest.raises(Invalid) as refused:
            set_grade(world, given)
        assert refused.value.field == "points"
        assert grade(world) is None

    @pytest.mark.parametrize("reason", ["", " \n", "x" * 501])
    def test_it_needs_a_reason(self, world: World, reason: str) -> None:
        with pytest.raises(Invalid) as refused:
            set_grade(world, reason=reason)
        assert refused.value.field == "reason"

    def test_no_character_of_a_reason_acts(self, world: World) -> None:
        assert set_grade(world, reason=" two\r\nlines \x1b[2J\u202e").reason == "two\nlines \\x1b[2J\\u202e"

    @pytest.mark.parametrize(
        ("login", "slug"), [("zoe", "pointwise-conv"), ("ian", "pointwise-conv"), ("ada", "unknown")]
    )
    def test_there_must_be_such_a_student_and_item(self, world: World, login: str, slug: str) -> None:
        with pytest.raises(NotFound):
            set_grade(world, login=login, slug=slug)

    def test_what_left_the_lesson_can_be_set_where_it_was_graded(self, world: World) -> None:
        with world.make_uow().writing() as uow:
            uow.grades.put(Grade(enrolment_id(world), ItemKind.EXERCISE, "old", Fraction(1), 5, None, 0))
            uow.commit()
        set_grade(world, 10, slug="old")
        found = grade(world, item="old")
        assert found
        assert found.points == 10
        assert found.max_points == 5

    def test_students_may_not(self, world: World) -> None:
        with pytest.raises(Forbidden):
            set_grade(world, by="ada")


class TestWithdraw:
    def test_what_was_earned_counts_again(self, world: World) -> None:
        hand_in(world)
        withdrawn = withdraw(world, set_grade(world).id)
        assert withdrawn.withdrawn == world.clock.now()
        assert points(world) == 3

    def test_without_an_attempt_nothing_counts_again(self, world: World) -> None:
        withdraw(world, set_grade(world).id)
        assert grade(world) is None

    def test_the_one_before_counts_again(self, world: World) -> None:
        set_grade(world, 1)
        withdraw(world, set_grade(world, 2).id)
        assert points(world) == 1

    def test_it_is_kept_for_all_to_see(self, world: World) -> None:
        withdraw(world, set_grade(world).id)
        with world.make_uow().reading() as uow:
            (kept,) = uow.overrides.of_enrolment(enrolment_id(world))
        assert (kept.reason, kept.by, kept.withdrawn) == (REASON, "ian", world.clock.now())

    def test_twice_is_a_conflict(self, world: World) -> None:
        made = set_grade(world)
        withdraw(world, made.id)
        with pytest.raises(Conflict):
            withdraw(world, made.id)

    def test_one_of_another_course_and_a_missing_one_look_alike(self, world: World) -> None:
        autumn = add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
        enrol(world.make_uow(), user=world["ian"], course=autumn, role=Role.INSTRUCTOR)
        made = set_grade(world)
        for course, number in (("autumn", made.id), ("spring", 4242)):
            with pytest.raises(NotFound, match=f"there is no override {number}"):
                withdraw(world, number, course=course)
        assert points(world) == 4

    def test_students_may_not(self, world: World) -> None:
        made = set_grade(world)
        with pytest.raises(Forbidden):
            withdraw(world, made.id, by="ada")


class TestRecord:
    def test_the_history_tells_each_step(self, world: World) -> None:
        hand_in(world)
        withdraw(world, set_grade(world).id)
        assert [change.cause for change in changes(world)] == [Cause.GRADED, Cause.OVERRIDDEN, Cause.WITHDRAWN]
        assert [change.before for change in changes(world)] == [None, Fraction(3), Fraction(4)]
        assert [change.grade.points for change in changes(world)] == [Fraction(3), Fraction(4), Fraction(3)]

    def test_the_log_tells_before_after_and_why(self, world: World) -> None:
        hand_in(world)
        made = set_grade(world)
        withdraw(world, made.id)
        withdrawn, done = log(world)
        assert (done.deed, done.what, done.user_id) == (
            Deed.OVERRIDDEN.value, "exercise pointwise-conv", world["ada"].id,
        )  # fmt: skip
        assert done.detail == {"override": str(made.id), "before": "3 / 4", "after": "4 / 4", "reason": REASON}
        assert withdrawn.deed == Deed.OVERRIDE_WITHDRAWN.value
        assert (withdrawn.detail["before"], withdrawn.detail["after"]) == ("4 / 4", "3 / 4")

    def test_what_was_refused_leaves_no_trace(self, world: World) -> None:
        with pytest.raises(Invalid):
            set_grade(world, 100)
        assert log(world) == []
        assert changes(world) == []
