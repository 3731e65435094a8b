"""Terms bind students and not the staff; changing them changes the grades that rest on them, and is written down."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.assignment import Extension, Terms
from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound
from grader.domain.scoring import Cause, ItemKind, Keep, Late
from grader.services import assignments
from grader.services.grade import grade_run
from tests.fakes import NOON, FakeExaminer, a_check, a_report

if TYPE_CHECKING:
    from grader.domain.people import User
    from grader.domain.scoring import Grade
    from tests.services.conftest import World

ITEM: dict[str, Any] = {"course_slug": "spring", "kind": ItemKind.EXERCISE, "slug": "pointwise-conv"}
DAY = timedelta(days=1)


def hand_in(world: World, login: str = "ada", points: int = 4) -> None:
    run = world.run(world.submit(login))
    report = a_report(a_check(points=points, max_points=4))
    assert grade_run(world.make_uow, world.clock, world.catalogue, FakeExaminer(report), run_id=run.id, node="n")


def grade(world: World, login: str = "ada") -> Grade | None:
    with world.make_uow().reading() as uow:
        _, enrolment = assignments.student_of(uow, uow.courses.get(1), login)
        return uow.grades.find(enrolment.id, ItemKind.EXERCISE, "pointwise-conv")


def points(world: World, login: str = "ada") -> float | None:
    found = grade(world, login)
    return float(found.points) if found else None


def set_terms(world: World, terms: Terms, user: User | None = None) -> int:
    return assignments.set_terms(
        world.make_uow(), world.clock, world.catalogue, user=user or world["ian"], terms=terms, **ITEM
    )


def extend(world: World, extension: Extension | None, login: str = "ada", user: User | None = None) -> bool:
    return assignments.extend(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=user or world["ian"],
        login=login,
        extension=extension,
        **ITEM,
    )


def log(world: World) -> list[tuple[str, str, dict[str, str]]]:
    with world.make_uow().reading() as uow:
        return [(entry.deed, entry.what, dict(entry.detail)) for entry in uow.audit.of_course(1, Filter(), 100)]


class TestTerms:
    def test_before_it_opens_nothing_is_taken(self, world: World) -> None:
        set_terms(world, Terms(opens=NOON + DAY))
        with pytest.raises(Conflict, match="opens at 2026-05-02 12:00 UTC"):
            world.submit()

    def test_after_its_end_nothing_is_taken(self, world: World) -> None:
        set_terms(world, Terms(closes=NOON))
        with pytest.raises(Conflict, match="closed since 2026-05-01 12:00 UTC"):
            world.submit()

    def test_an_item_that_is_not_offered_is_not_there(self, world: World) -> None:
        set_terms(world, Terms(offered=False))
        with pytest.raises(NotFound):
            world.submit()

    def test_attempts_run_out(self, world: World) -> None:
        set_terms(world, Terms(attempts=2))
        world.submit(), world.submit()
        with pytest.raises(Conflict, match="all attempts are used up: pointwise-conv takes 2"):
            world.submit()
        world.submit("bob")

    def test_a_cooldown_says_how_long_to_wait(self, world: World) -> None:
        set_terms(world, Terms(cooldown=timedelta(minutes=10)))
        world.submit()
        world.clock.advance(minutes=9, seconds=30, milliseconds=1)
        with pytest.raises(LimitReached) as refused:
            world.submit()
        assert refused.value.retry_after == 30
        world.clock.advance(seconds=30)
        world.submit()

    def test_the_staff_tries_out_at_any_time(self, world: World) -> None:
        set_terms(world, Terms(opens=NOON + DAY, offered=False, attempts=1))
        world.submit("ian"), world.submit("ian")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"opens": NOON, "due": NOON - DAY}, "due"),
            ({"due": NOON, "closes": NOON - DAY}, "closes"),
            ({"opens": NOON, "closes": NOON}, "closes"),
            ({"loss": Fraction(11, 10), "due": NOON}, "loss"),
            ({"late": Late.CLIFF}, "late"),
            ({"attempts": 0}, "attempts"),
            ({"cooldown": timedelta(days=8)}, "cooldown"),
            ({"grace": -DAY}, "grace"),
            ({"weight": Fraction(-1)}, "weight"),
        ],
    )
    def test_terms_that_contradict_themselves_are_refused(self, changes: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            Terms(**changes)
        assert refused.value.field == field


class TestGrades:
    def test_a_late_policy_counts_for_what_was_handed_in_before_it_was_set(self, world: World) -> None:
        hand_in(world)
        assert set_terms(world, Terms(due=NOON - timedelta(hours=1), late=Late.PER_DAY, loss=Fraction(1, 4))) == 1
        found = grade(world)
        assert found
        assert [found.points, found.raw, found.earned] == [Fraction(3), Fraction(4), Fraction(3)]
        assert found.is_late

    def test_the_last_attempt_counts_once_the_terms_say_so(self, world: World) -> None:
        hand_in(world, points=4)
        world.clock.advance(minutes=1)
        hand_in(world, points=2)
        assert points(world) == 4
        set_terms(world, Terms(keep=Keep.LAST))
        assert points(world) == 2

    def test_terms_that_cost_nobody_anything_change_no_grade(self, world: World) -> None:
        hand_in(world)
        assert set_terms(world, Terms(due=NOON + DAY, late=Late.CLIFF, loss=Fraction(1))) == 0

    def test_an_extension_gives_back_what_lateness_cost_one_student(self, world: World) -> None:
        for login in ("ada", "bob"):
            hand_in(world, login)
        set_terms(world, Terms(due=NOON - DAY, late=Late.CLIFF, loss=Fraction(1, 2)))
        assert (points(world), points(world, "bob")) == (2, 2)
        assert extend(world, Extension(due=NOON + DAY, reason="ill"))
        assert (points(world), points(world, "bob")) == (4, 2)
        assert extend(world, None)
        assert points(world) == 2

    def test_each_change_stands_in_the_grades_history(self, world: World) -> None:
        hand_in(world)
        set_terms(world, Terms(due=NOON - DAY, late=Late.CLIFF, loss=Fraction(1, 2)))
        with world.make_uow().reading() as uow:
            _, enrolment = assignments.student_of(uow, uow.courses.get(1), "ada")
            found = [
                (each.cause, each.before, float(each.grade.points)) for each in uow.history.of_enrolment(enrolment.id)
            ]
        assert found == [(Cause.GRADED, None, 4.0), (Cause.TERMS, Fraction(4), 2.0)]


class TestExtensions:
    def test_more_attempts_come_on_top(self, world: World) -> None:
        set_terms(world, Terms(attempts=1))
        world.submit()
        extend(world, Extension(attempts=1, reason="the node was down"))
        world.submit()
        with pytest.raises(Conflict, match="takes 2"):
            world.submit()

    def test_a_later_due_date_keeps_the_item_open(self, world: World) -> None:
        set_terms(world, Terms(due=NOON - DAY, closes=NOON))
        extend(world, Extension(due=NOON + DAY, reason="ill"))
        world.submit()

    @pytest.mark.parametrize(
        "extension", [Extension(reason="ill"), Extension(due=NOON), Extension(due=NOON, reason=" ")]
    )
    def test_an_extension_of_nothing_or_without_a_reason_is_refused(self, world: World, extension: Extension) -> None:
        with pytest.raises(Invalid):
            extend(world, extension)

    def test_only_students_of_the_course_are_extended(self, world: World) -> None:
        for login in ("zoe", "ian", "nobody"):
            with pytest.raises(NotFound):
                extend(world, Extension(due=NOON, reason="ill"), login)


class TestWho:
    def test_students_set_and_see_nothing(self, world: World) -> None:
        with pytest.raises(Forbidden):
            set_terms(world, Terms(), world["ada"])
        with pytest.raises(Forbidden):
            extend(world, Extension(due=NOON, reason="ill"), user=world["ada"])
        with pytest.raises(Forbidden):
            assignments.plan(world.make_uow(), world.catalogue, user=world["ada"], course_slug="spring")

    def test_what_was_set_is_seen_by_the_staff(self, world: World) -> None:
        set_terms(world, Terms(weight=Fraction(2)))
        extend(world, Extension(due=NOON, reason="ill"))
        found = assignments.plan(world.make_uow(), world.catalogue, user=world["ian"], course_slug="spring")
        view = found.find(ItemKind.EXERCISE, "pointwise-conv")
        assert (float(view.terms.weight), view.is_set, [user.login for user, _ in view.extensions]) == (
            2,
            True,
            ["ada"],
        )
        assert [each.item.slug for each in found.assignments] == ["pointwise-conv", "bottleneck", "weights"]
        assert not found.find(ItemKind.QUIZ, "weights").is_set

    def test_the_log_says_what_was_before_and_what_is_now(self, world: World) -> None:
        set_terms(world, Terms(attempts=3))
        extend(world, Extension(due=NOON, reason="ill"))
        first, second = log(world)
        assert second == ("assignment.set", "exercise pointwise-conv", {"attempts": "– → 3"})
        assert first[:2] == ("assignment.extended", "exercise pointwise-conv")
        assert (first[2]["due"], first[2]["reason"]) == (f"– → {NOON}", "– → ill")
