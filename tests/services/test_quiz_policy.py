"""A quiz's rules, kept: how often, how long, what counts, and that nothing is told before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.errors import BadExercise, Conflict, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.quiz import Quiz
from grader.domain.quiz_policy import GRACE, QuizPolicy, Reveal
from grader.domain.scoring import Grade, ItemKind, Keep
from grader.services import browse
from grader.services.enrol import add_course, close_course, enrol
from grader.services.overtime import BATCH, finish_overdue
from grader.services.sweep import sweep
from tests.fakes import FakeCatalogue, a_quiz, an_exercise
from tests.services.quizzing import CHOICES, answered, done, finished, marks, seen, set_policy, started

if TYPE_CHECKING:
    from grader.services.shown_attempt import AttemptView
    from tests.services.conftest import World

INSTANT = timedelta(microseconds=1)


def kept(world: World) -> Grade:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course is not None
        (grade,) = uow.grades.of_course(course.id)
        assert uow.grades.find(grade.enrolment_id, ItemKind.QUIZ, "weights") == grade
        return grade


def close_spring(world: World) -> None:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
    assert course is not None
    close_course(world.make_uow(), course=course, closes=world.clock.now())


class TestAttempts:
    def test_no_attempt_follows_the_last(self, world: World) -> None:
        set_policy(world, attempts=2)
        done(world)
        done(world)
        with pytest.raises(Conflict, match="all attempts are used up: 'Weights' takes 2"):
            started(world)

    def test_an_open_attempt_is_gone_on_with_though_it_is_the_last(self, world: World) -> None:
        set_policy(world, attempts=1)
        assert started(world).attempt == started(world).attempt

    def test_each_student_and_each_quiz_has_its_own_number(self, world: World) -> None:
        quizzes = [("channels", a_quiz(slug, attempts=1)) for slug in ("weights", "sums")]
        world.catalogue = FakeCatalogue([an_exercise()], quizzes)
        done(world)
        assert started(world, "bob").attempt.id
        assert started(world, quiz="sums").attempt.id

    def test_an_attempt_whose_time_was_up_counts_as_one(self, world: World) -> None:
        set_policy(world, attempts=1, minutes=1)
        first = started(world)
        world.clock.advance(minutes=2)
        with pytest.raises(Conflict, match="used up"):
            started(world)
        assert seen(world, first).attempt.finished == first.attempt.deadline


class TestCounts:
    @pytest.mark.parametrize(
        ("counts", "points", "attempt"),
        [(Keep.BEST, Fraction(2), 1), (Keep.LAST, Fraction(1), 2), (Keep.AVERAGE, Fraction(1), 2)],
    )
    def test_the_best_the_last_or_the_average_counts(
        self, world: World, counts: Keep, points: Fraction, attempt: int
    ) -> None:
        set_policy(world, counts=counts)
        ids = [done(world).attempt.id, done(world, seven="7").attempt.id, done(world, six="6").attempt.id]
        grade = kept(world)
        assert (grade.points, grade.max_points, grade.attempts) == (points, 3, 3)
        assert grade.attempt_id == ids[attempt]

    def test_without_partial_credit_a_part_earns_nothing(self, world: World) -> None:
        quiz = Quiz("weights", "Weights", (CHOICES,), QuizPolicy(partial_credit=False, answers=Reveal.AFTER_EACH))
        world.catalogue = FakeCatalogue([], [("channels", quiz)])
        attempt = started(world)
        two = next(option.key for option in attempt.questions[0].shown.choices if option.text == "two")
        (told,) = marks(answered(world, attempt, "even", two))
        assert told is not None
        assert (told.points, told.correct) == (Fraction(0), False)
        assert told.explanation == "What you chose is right, but something is missing."
        assert finished(world, attempt).points == 0


class TestTime:
    def test_the_deadline_is_told_and_stays_when_the_rules_change(self, world: World) -> None:
        set_policy(world, minutes=20)
        attempt = started(world)
        assert attempt.attempt.deadline == world.clock.now() + timedelta(minutes=20)
        set_policy(world, minutes=5)
        assert seen(world, attempt).attempt.deadline == attempt.attempt.deadline
        set_policy(world)
        assert started(world, "bob").attempt.deadline is None

    @pytest.mark.parametrize("late", [timedelta(0), GRACE])
    def test_an_answer_that_is_under_way_at_the_end_is_taken(self, world: World, late: timedelta) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        world.clock.advance(minutes=1, seconds=late.total_seconds())
        assert answered(world, attempt, "six", "6").questions[0].answer == "6"

    def test_a_late_answer_is_refused_and_the_attempt_finished_with_what_was_saved(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        answered(world, attempt, "six", "6")
        world.clock.advance(minutes=1, seconds=GRACE.total_seconds() + 1)
        for _ in range(2):
            with pytest.raises(Conflict, match=r"the time was up at 12:01:00 UTC: .* finished with what was saved"):
                answered(world, attempt, "seven", "7")
        assert kept(world).points == 1
        shown = seen(world, attempt)
        assert [question.answer for question in shown.questions] == ["6", None]
        assert shown.attempt.finished == attempt.attempt.deadline

    def test_whoever_finishes_too_late_has_finished_in_time(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        answered(world, attempt, "six", "6")
        world.clock.advance(hours=1)
        assert finished(world, attempt).attempt.finished == attempt.attempt.deadline
        assert kept(world).points == 1

    def test_a_look_finishes_what_is_over(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        world.clock.advance(minutes=1)
        assert seen(world, attempt).attempt.finished is None
        world.clock.advance(seconds=GRACE.total_seconds() + 1)
        assert seen(world, attempt, "ian").points == 0
        assert kept(world).attempts == 1

    def test_a_look_at_the_quizzes_finishes_what_is_over(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        answered(world, attempt, "six", "6")
        world.clock.advance(minutes=2)
        (shown,) = browse.quizzes(
            world.make_uow(), world.clock, world.catalogue, user=world["ada"], course_slug="spring"
        )
        assert [each.finished for each in shown.attempts] == [attempt.attempt.deadline]
        assert shown.grade is not None
        assert shown.grade.points == 1

    def test_a_new_attempt_finishes_what_is_over_first(self, world: World) -> None:
        set_policy(world, minutes=1, counts=Keep.LAST)
        first = started(world)
        answered(world, first, "six", "6")
        world.clock.advance(minutes=2)
        assert started(world).attempt.id != first.attempt.id
        assert (kept(world).attempt_id, kept(world).points) == (first.attempt.id, Fraction(1))

    def test_in_a_closed_course_what_is_over_is_finished_all_the_same(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        answered(world, attempt, "six", "6")
        close_spring(world)
        world.clock.advance(minutes=2)
        assert seen(world, attempt).points == 1


class TestSweep:
    def swept(self, world: World) -> int:
        return finish_overdue(world.make_uow, world.clock, world.catalogue)

    def test_what_is_over_is_finished_and_nothing_else(self, world: World) -> None:
        set_policy(world, minutes=1)
        attempt = started(world)
        answered(world, attempt, "six", "6")
        world.clock.advance(minutes=1, seconds=GRACE.total_seconds())
        assert self.swept(world) == 0
        world.clock.advance(seconds=1)
        later = started(world, "bob")
        assert self.swept(world) == 1
        assert self.swept(world) == 0
        assert kept(world).points == 1
        assert seen(world, later, "bob").attempt.finished is None

    def test_an_attempt_without_a_limit_stays_open(self, world: World) -> None:
        started(world)
        world.clock.advance(days=1000)
        assert self.swept(world) == 0

    @pytest.mark.parametrize("error", [BadExercise("quiz.toml: line 3: title: missing"), NotFound("no quiz")])
    def test_a_quiz_that_is_gone_or_broken_keeps_no_other_open(self, world: World, error: Exception) -> None:
        class Broken(FakeCatalogue):
            def quiz(self, lesson: str, slug: str) -> Quiz:
                if slug == "weights":
                    raise error
                return super().quiz(lesson, slug)

        quizzes = [("channels", a_quiz(slug, minutes=1)) for slug in ("weights", "sums")]
        world.catalogue = FakeCatalogue([an_exercise()], quizzes)
        started(world)
        whole = started(world, quiz="sums")
        world.clock.advance(minutes=2)
        world.catalogue = Broken([an_exercise()], quizzes)
        assert self.swept(world) == 1
        assert seen(world, whole).points == 0

    def test_more_than_one_batch_is_finished_at_once(self, world: World) -> None:
        set_policy(world, minutes=1)
        first = started(world).attempt
        with world.make_uow().writing() as uow:
            for number in range(BATCH + 1):
                uow.attempts.add(
                    first.enrolment_id, "weights", seed=str(number), started=first.started, deadline=first.deadline
                )
            uow.commit()
        world.clock.advance(minutes=2)
        assert self.swept(world) == BATCH + 2

    def test_the_sweep_of_runs_is_not_concerned(self, world: World) -> None:
        set_policy(world, minutes=1)
        started(world)
        world.clock.advance(minutes=2)
        assert sweep(world.make_uow, world.clock, world.bell).returned == 0


class TestTelling:
    """*told* is what a student learns: which answers were right, and why others were not."""

    SECRETS = ("Twice three", "One more than six", "That is not it", "'7'", "right_answer='")

    def told(self, attempt: AttemptView) -> bool:
        found = [question.marked is not None for question in attempt.questions]
        assert len({*found}) == 1
        if not found[0]:
            assert not [secret for secret in self.SECRETS if secret in repr(attempt.questions)]
        return found[0]

    # told in an open attempt, after the first of two, after the last, in the closed course
    WHEN = (
        (Reveal.AFTER_ATTEMPT, (False, True, True, True)),
        (Reveal.AFTER_LAST_ATTEMPT, (False, False, True, True)),
        (Reveal.AFTER_DUE, (False, False, False, True)),
        (Reveal.NEVER, (False, False, False, False)),
    )

    @pytest.mark.parametrize(("answers", "when"), WHEN)
    def test_a_student_is_told_when_the_policy_says_so(
        self, world: World, answers: Reveal, when: tuple[bool, bool, bool, bool]
    ) -> None:
        set_policy(world, attempts=2, answers=answers)
        attempt = started(world)
        found = [self.told(answered(world, attempt, "six", "5"))]
        ended = finished(world, attempt)
        assert ended.points == 0, "what it earned is told at once, as the gradebook does"
        found.append(self.told(ended))
        second = started(world)
        assert self.told(seen(world, attempt)) is found[-1]
        found.append(self.told(finished(world, second)))
        assert self.told(seen(world, attempt)) is found[-1]
        close_spring(world)
        found.append(self.told(seen(world, attempt)))
        assert tuple(found) == when

    def test_after_a_closed_course_the_last_attempt_is_over_though_some_are_left(self, world: World) -> None:
        set_policy(world, attempts=5, answers=Reveal.AFTER_LAST_ATTEMPT)
        attempt = done(world)
        assert not self.told(attempt)
        close_spring(world)
        assert self.told(seen(world, attempt))

    def test_in_a_closed_course_an_open_attempt_is_told_nothing(self, world: World) -> None:
        set_policy(world, answers=Reveal.AFTER_DUE)
        attempt = started(world)
        close_spring(world)
        assert not self.told(seen(world, attempt))

    @pytest.mark.parametrize("answers", [Reveal.AFTER_ATTEMPT, Reveal.AFTER_LAST_ATTEMPT, Reveal.AFTER_DUE])
    def test_right_answers_are_told_when_nothing_can_be_gained_by_them(self, world: World, answers: Reveal) -> None:
        set_policy(world, attempts=2, answers=answers)
        first = done(world, six="5")
        assert [question.right_answer for question in first.questions] == [None, None]
        done(world)
        if answers is Reveal.AFTER_DUE:
            assert [question.right_answer for question in seen(world, first).questions] == [None, None]
            close_spring(world)
        assert [question.right_answer for question in seen(world, first).questions] == ["6", "7"]

    def test_as_long_as_attempts_may_follow_right_answers_are_not_told(self, world: World) -> None:
        attempt = done(world, six="5")
        assert [question.right_answer for question in attempt.questions] == [None, None]
        close_spring(world)
        assert [question.right_answer for question in seen(world, attempt).questions] == ["6", "7"]

    def test_the_staff_sees_a_finished_attempt_in_full_and_an_open_one_without_marks(self, world: World) -> None:
        set_policy(world, answers=Reveal.NEVER)
        attempt = started(world)
        answered(world, attempt, "six", "5")
        assert not self.told(seen(world, attempt, "ian"))
        assert [question.answer for question in seen(world, attempt, "ian").questions] == ["5", None]
        finished(world, attempt)
        assert self.told(seen(world, attempt, "ian"))
        assert [question.right_answer for question in seen(world, attempt, "ian").questions] == ["6", "7"]
        assert not self.told(seen(world, attempt))

    def test_staff_of_another_course_is_told_nothing(self, world: World) -> None:
        attempt = done(world)
        course = add_course(world.make_uow(), slug="autumn", title="A", lesson="channels")
        enrol(world.make_uow(), user=world["zoe"], course=course, role=Role.INSTRUCTOR)
        with pytest.raises(NotFound):
            seen(world, attempt, "zoe")


class TestAfterEach:
    def test_each_answer_is_told_at_once_and_the_others_are_not(self, world: World) -> None:
        set_policy(world, answers=Reveal.AFTER_EACH)
        attempt = started(world)
        six, seven = marks(answered(world, attempt, "six", "5"))
        assert (six is not None and six.explanation, seven) == ("Read as 5. That is not it.", None)
        assert all(question.right_answer is None for question in seen(world, attempt).questions)

    def test_an_answer_that_was_told_stays(self, world: World) -> None:
        set_policy(world, answers=Reveal.AFTER_EACH)
        attempt = started(world)
        answered(world, attempt, "six", "5")
        with pytest.raises(Conflict, match="can't be changed"):
            answered(world, attempt, "six", "6")
        assert answered(world, attempt, "six", "5").questions[0].answer == "5", "sent twice, it is taken twice"
        assert finished(world, attempt).points == 0

    @pytest.mark.parametrize("value", ["many", "", " ", ["6", "7"], []])
    def test_an_answer_that_cannot_be_read_is_refused_and_may_be_written_again(
        self, world: World, value: str | list[str]
    ) -> None:
        set_policy(world, answers=Reveal.AFTER_EACH)
        attempt = started(world)
        with pytest.raises(Invalid) as error:
            answered(world, attempt, "six", value)
        assert error.value.field == "answer"
        assert answered(world, attempt, "six", "6").questions[0].answer == "6"

    def test_elsewhere_an_answer_may_be_changed_and_its_form_is_no_matter(self, world: World) -> None:
        attempt = started(world)
        for value in ("many", "5", "6"):
            answered(world, attempt, "six", value)
        assert finished(world, attempt).points == 1


def test_what_an_attempt_earned_stays_when_its_quiz_changes(world: World) -> None:
    attempt = done(world, six="6")
    quiz: Any = a_quiz()
    more = Quiz("weights", "Weights", (*quiz.questions, replace(quiz.questions[0], slug="more", points=5)))
    world.catalogue = FakeCatalogue([an_exercise()], [("channels", more)])
    assert (seen(world, attempt).points, seen(world, attempt).max_points) == (Fraction(1), 3)
