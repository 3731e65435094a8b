"""What the repositories of quiz attempts and grades promise."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.domain.scoring import Grade, ItemKind, Score
from tests.fakes import NOON
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from tests.storage.databases import MakeUow


def started(make_uow: MakeUow, enrolment_id: int) -> int:
    with make_uow().writing() as uow:
        attempt = uow.attempts.add(enrolment_id, "weights", seed="seed-1", started=NOON)
        uow.commit()
    return attempt.id


class TestAttempts:
    def test_an_attempt_keeps_its_seed(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        attempt_id = started(make_uow, ada.enrolment.id)
        with make_uow().reading() as uow:
            found = uow.attempts.get(attempt_id)
            assert uow.attempts.of_enrolment(ada.enrolment.id, "weights") == [found]
            assert uow.attempts.of_enrolment(ada.enrolment.id, "other") == []
        assert (found.seed, found.started, found.finished) == ("seed-1", NOON, None)

    def test_an_unknown_attempt_is_not_found(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            with pytest.raises(NotFound, match="there is no attempt 4711"):
                uow.attempts.get(4711)
            with pytest.raises(NotFound, match="there is no attempt 4711"):
                uow.attempts.hold(4711)

    def test_the_latest_answer_wins(self, make_uow: MakeUow) -> None:
        attempt_id = started(make_uow, enrolled(make_uow).enrolment.id)
        for value in ("5", "6 \0 weights"):
            with make_uow().writing() as uow:
                uow.attempts.answer(attempt_id, "six", value, when=NOON)
                uow.attempts.answer(attempt_id, "choices", ("a", "c"), when=NOON)
                uow.commit()
        with make_uow().reading() as uow:
            assert uow.attempts.answers(attempt_id) == {"six": "6 \0 weights", "choices": ["a", "c"]}

    def test_an_attempt_is_finished_once(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        attempt_id = started(make_uow, ada.enrolment.id)
        score = Score(attempt_id, NOON + timedelta(minutes=5), Fraction(7, 3), 3)
        with make_uow().writing() as uow:
            assert uow.attempts.hold(attempt_id).finished is None
            assert uow.attempts.finish(attempt_id, score)
            assert not uow.attempts.finish(attempt_id, Score(attempt_id, NOON, Fraction(0), 3))
            assert uow.attempts.get(attempt_id).finished == score.submitted
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.attempts.scores(ada.enrolment.id, "weights") == [score]

    def test_an_open_attempt_has_no_score(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        started(make_uow, ada.enrolment.id)
        with make_uow().reading() as uow:
            assert uow.attempts.scores(ada.enrolment.id, "weights") == []

    def test_scores_are_those_of_one_quiz_or_of_all(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            for minutes, quiz in ((2, "weights"), (1, "shapes")):
                made = uow.attempts.add(ada.enrolment.id, quiz, seed="1", started=NOON)
                uow.attempts.finish(made.id, Score(made.id, NOON + timedelta(minutes=minutes), Fraction(minutes), 3))
            uow.commit()
        with make_uow().reading() as uow:
            assert [score.points for score in uow.attempts.scores(ada.enrolment.id)] == [1, 2]
            assert [score.points for score in uow.attempts.scores(ada.enrolment.id, "weights")] == [2]

    def test_an_attempt_keeps_its_deadline(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        deadline = NOON + timedelta(minutes=20)
        with make_uow().writing() as uow:
            attempt = uow.attempts.add(ada.enrolment.id, "weights", seed="1", started=NOON, deadline=deadline)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.attempts.get(attempt.id).deadline == deadline
            assert uow.attempts.of_enrolment(ada.enrolment.id, "weights") == [attempt]

    def test_open_attempts_past_their_deadline_are_found_by_pages(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            made = [
                uow.attempts.add(ada.enrolment.id, "weights", seed="1", started=NOON, deadline=deadline).id
                for deadline in (NOON + timedelta(hours=1), NOON, None, NOON - timedelta(hours=1), NOON, NOON)
            ]
            uow.attempts.finish(made[4], Score(made[4], NOON, Fraction(0), 3))
            uow.commit()
        soon = NOON + timedelta(microseconds=1)
        with make_uow().reading() as uow:
            assert [each.id for each in uow.attempts.overdue(soon, 10)] == [made[1], made[3], made[5]]
            assert [each.id for each in uow.attempts.overdue(soon, 2)] == [made[1], made[3]]
            assert [each.id for each in uow.attempts.overdue(soon, 2, after=made[3])] == [made[5]]
            assert [each.id for each in uow.attempts.overdue(NOON, 10)] == [made[3]]


class TestGrades:
    def test_a_grade_replaces_the_one_before(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        for points in (Fraction(1), Fraction(10, 3)):
            with make_uow().writing() as uow:
                uow.grades.put(Grade(ada.enrolment.id, ItemKind.EXERCISE, "conv", points, 4, 1, 1))
                uow.commit()
        with make_uow().reading() as uow:
            found = uow.grades.find(ada.enrolment.id, ItemKind.EXERCISE, "conv")
        assert found == Grade(ada.enrolment.id, ItemKind.EXERCISE, "conv", Fraction(10, 3), 4, 1, 1)

    def test_an_exercise_and_a_quiz_of_one_name_are_two_items(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            uow.grades.put(Grade(ada.enrolment.id, ItemKind.EXERCISE, "conv", Fraction(1), 4, 1, 1))
            uow.grades.put(Grade(ada.enrolment.id, ItemKind.QUIZ, "conv", Fraction(2), 3, 1, 1))
            uow.commit()
        with make_uow().reading() as uow:
            assert {grade.points for grade in uow.grades.of_course(ada.course.id)} == {1, 2}

    def test_a_course_has_its_own_grades_only(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        with make_uow().writing() as uow:
            for who in (ada, zoe):
                uow.grades.put(Grade(who.enrolment.id, ItemKind.QUIZ, "weights", Fraction(1), 3, 1, 1))
            uow.commit()
        with make_uow().reading() as uow:
            assert [g.enrolment_id for g in uow.grades.of_course(zoe.course.id)] == [zoe.enrolment.id]
            assert uow.grades.find(ada.enrolment.id, ItemKind.EXERCISE, "weights") is None
