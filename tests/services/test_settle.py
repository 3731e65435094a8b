"""Grades are made from scores, terms and overrides, in one place; each change leaves a line."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Extension, Terms
from grader.domain.audit import Origin
from grader.domain.scoring import Cause, ItemKind, Keep, Late, Score
from grader.services.grade import grade_run
from grader.services.settle import settle
from tests.fakes import NOON, FakeExaminer, a_check, a_report
from tests.services.quizzing import done

if TYPE_CHECKING:
    from grader.domain.scoring import Grade
    from tests.services.conftest import World

DAY = timedelta(days=1)
CONV = (ItemKind.EXERCISE, "pointwise-conv")
PER_DAY = Terms(due=NOON, late=Late.PER_DAY, loss=Fraction(1, 5), grace=timedelta(minutes=10))
CLIFF = Terms(due=NOON, late=Late.CLIFF, loss=Fraction(1, 2), grace=timedelta(minutes=10))


class Book:
    """Ada's grade for one exercise worth 5 points."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.make_uow().reading() as uow:
            ((self.course, self.ada),) = uow.courses.of_user(world["ada"].id)

    def hand_in(self, points: int) -> None:
        run = self.world.run(self.world.submit())
        examiner = FakeExaminer(a_report(a_check(points=points, max_points=5)))
        assert grade_run(self.world.make_uow, self.world.clock, self.world.catalogue, examiner, run_id=run.id, node="n")

    def settle(self, cause: Cause = Cause.TERMS, *, by: str = "ian", max_points: int = 0) -> Grade | None:
        uow = self.world.make_uow()
        uow.origin = Origin(by)
        with uow.writing():
            kind, item = CONV
            found = settle(
                uow, course_id=self.course.id, enrolment_id=self.ada.id, kind=kind, item=item,
                cause=cause, now=self.world.clock.now(), max_points=max_points,
            )  # fmt: skip
            uow.commit()
        return found

    def override(self, points: int) -> int:
        with self.world.make_uow().writing() as uow:
            made = uow.overrides.add(
                self.ada.id, *CONV, points=Fraction(points), reason="Oral exam", by="ian", made=NOON
            )
            uow.commit()
        return made.id

    def withdraw(self, override_id: int) -> None:
        with self.world.make_uow().writing() as uow:
            assert uow.overrides.withdraw(override_id, self.world.clock.now())
            uow.commit()

    def extend(self, extension: Extension) -> None:
        with self.world.make_uow().writing() as uow:
            uow.assignments.extend(self.ada.id, *CONV, extension)
            uow.commit()

    @property
    def grade(self) -> Grade | None:
        with self.world.make_uow().reading() as uow:
            return uow.grades.find(self.ada.id, *CONV)

    @property
    def numbers(self) -> list[float]:
        """What counts, before an override, before lateness."""
        grade = self.grade
        assert grade
        assert grade.earned is not None
        assert grade.raw is not None
        return [float(grade.points), float(grade.earned), float(grade.raw)]

    @property
    def history(self) -> list[tuple[Cause, float | None, float, str]]:
        with self.world.make_uow().reading() as uow:
            changes = uow.history.of_enrolment(self.ada.id)
        points = [(each.before, each.grade.points) for each in changes]
        return [
            (each.cause, None if before is None else float(before), float(after), each.by)
            for each, (before, after) in zip(changes, points, strict=True)
        ]


@pytest.fixture
def book(world: World) -> Book:
    return Book(world)


class TestLateness:
    @pytest.mark.parametrize(
        ("terms", "late", "points"),
        [
            (Terms(due=NOON), 30 * DAY, 5),
            (PER_DAY, timedelta(0), 5),
            (PER_DAY, timedelta(minutes=10), 5),
            (PER_DAY, timedelta(minutes=11), 4),
            (PER_DAY, DAY, 4),
            (PER_DAY, DAY + timedelta(seconds=1), 3),
            (PER_DAY, 9 * DAY, 0),
            (CLIFF, timedelta(minutes=10), 5),
            (CLIFF, timedelta(minutes=11), 2.5),
            (CLIFF, 9 * DAY, 2.5),
        ],
    )
    def test_what_is_handed_in_late_costs_what_the_terms_say(
        self, book: Book, terms: Terms, late: timedelta, points: float
    ) -> None:
        book.world.set_terms("pointwise-conv", terms)
        book.world.clock.advance(seconds=late.total_seconds())
        book.hand_in(5)
        assert book.numbers == [points, points, 5]
        assert book.grade is not None
        assert book.grade.is_late is (points < 5)

    def test_the_best_attempt_is_the_one_that_counts_most_after_lateness(self, book: Book) -> None:
        book.world.set_terms("pointwise-conv", PER_DAY)
        book.hand_in(3)
        book.world.clock.advance(days=3)
        book.hand_in(5)
        assert book.numbers == [3, 3, 3]

    def test_with_an_extension_it_counts_from_the_later_date(self, book: Book) -> None:
        book.world.set_terms("pointwise-conv", PER_DAY)
        book.extend(Extension(due=NOON + DAY))
        book.world.clock.advance(days=1, minutes=11)
        book.hand_in(5)
        assert book.numbers == [4, 4, 5]

    @pytest.mark.parametrize(("keep", "points"), [(Keep.BEST, 4), (Keep.LAST, 1), (Keep.AVERAGE, 2.5), (None, 4)])
    def test_which_attempt_counts_is_the_terms_to_say(self, book: Book, keep: Keep | None, points: float) -> None:
        book.world.set_terms("pointwise-conv", Terms(keep=keep))
        for each in (4, 1):
            book.hand_in(each)
            book.world.clock.advance(minutes=1)
        assert book.grade is not None
        assert (float(book.grade.points), book.grade.attempts) == (points, 2)

    def test_a_quizs_own_rule_holds_where_the_terms_say_nothing(self, world: World) -> None:
        done(world, six="6", seven="7")
        world.set_terms("weights", Terms(keep=Keep.LAST), ItemKind.QUIZ)
        done(world, six="6")
        with world.make_uow().reading() as uow:
            (grade,) = uow.grades.of_course(1)
        assert (float(grade.points), grade.max_points, grade.attempts) == (1, 3, 2)


class TestOverrides:
    def test_one_counts_over_everything_and_tells_what_was_earned(self, book: Book) -> None:
        book.world.set_terms("pointwise-conv", CLIFF)
        book.world.clock.advance(days=1)
        book.hand_in(5)
        number = book.override(4)
        book.settle(Cause.OVERRIDDEN)
        book.hand_in(2)  # later work changes what is earned, not what counts
        assert book.numbers == [4, 2.5, 5]
        grade = book.grade
        assert grade
        assert grade.override_id == number

    def test_withdrawn_it_leaves_what_was_earned(self, book: Book) -> None:
        book.hand_in(3)
        first, second = book.override(4), book.override(0)
        for expected, number in ((0, second), (4, first)):
            book.settle(Cause.OVERRIDDEN)
            assert book.numbers[0] == expected
            book.withdraw(number)
        book.settle(Cause.WITHDRAWN)
        assert book.numbers == [3, 3, 3]

    def test_without_any_work_it_makes_a_grade_which_goes_with_it(self, book: Book) -> None:
        number = book.override(4)
        grade = book.settle(Cause.OVERRIDDEN, max_points=5)
        assert grade == book.grade
        assert grade is not None
        assert book.numbers == [4, 0, 0]
        assert (grade.max_points, grade.attempt_id, grade.attempts, grade.is_late) == (5, None, 0, False)
        book.withdraw(number)
        assert book.settle(Cause.WITHDRAWN) is None
        assert book.grade is None
        assert book.history == [(Cause.OVERRIDDEN, None, 4, "ian"), (Cause.WITHDRAWN, 4, 0, "ian")]

    def test_a_grade_by_hand_keeps_its_maximum_when_it_is_settled_again(self, book: Book) -> None:
        book.override(4)
        book.settle(Cause.OVERRIDDEN, max_points=5)
        grade = book.settle(Cause.TERMS)
        assert grade is not None
        assert grade.max_points == 5


class TestHistory:
    def test_each_change_of_what_counts_is_one_line_with_who_and_why(self, book: Book) -> None:
        book.hand_in(2)
        book.world.clock.advance(minutes=1)
        book.hand_in(4)
        number = book.override(5)
        book.settle(Cause.OVERRIDDEN)
        book.withdraw(number)
        book.settle(Cause.WITHDRAWN, by="ines")
        book.world.set_terms("pointwise-conv", Terms(due=NOON - DAY, late=Late.CLIFF, loss=Fraction(1, 2)))
        book.settle(Cause.TERMS)
        assert book.history == [
            (Cause.GRADED, None, 2, ""),
            (Cause.GRADED, 2, 4, ""),
            (Cause.OVERRIDDEN, 4, 5, "ian"),
            (Cause.WITHDRAWN, 5, 4, "ines"),
            (Cause.TERMS, 4, 2, "ian"),
        ]

    def test_what_changes_nothing_leaves_no_line(self, book: Book) -> None:
        book.hand_in(4)
        book.world.clock.advance(minutes=1)
        book.hand_in(1)  # the best one counts
        book.settle()
        book.settle()
        assert len(book.history) == 1
        assert book.grade is not None
        assert book.grade.attempts == 2

    def test_where_nothing_is_nothing_is_made(self, book: Book) -> None:
        assert book.settle() is None
        assert book.history == []

    def test_a_grade_from_before_there_was_lateness_is_completed_without_a_line(self, book: Book) -> None:
        book.hand_in(4)
        with book.world.make_uow().writing() as uow:
            old = uow.grades.find(book.ada.id, *CONV)
            assert old
            uow.grades.put(type(old)(old.enrolment_id, *CONV, old.points, old.max_points, old.attempt_id, old.attempts))
            uow.commit()
        book.settle()
        assert book.numbers == [4, 4, 4]
        assert len(book.history) == 1

    def test_a_quizs_grade_rests_on_its_attempts_not_on_submissions_of_that_name(self, book: Book) -> None:
        with book.world.make_uow().writing() as uow:
            attempt = uow.attempts.add(book.ada.id, "pointwise-conv", seed="1", started=NOON)
            uow.attempts.finish(attempt.id, Score(attempt.id, NOON, Fraction(1), 3))
            uow.commit()
        assert book.settle() is None
