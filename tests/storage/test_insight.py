"""What reading a whole course promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from grader.domain.insight import Answered, Belief, Ending, Finished, Graded
from grader.domain.people import Role
from grader.domain.regrade import Choice, Stage
from grader.domain.report import Outcome
from grader.domain.scoring import Score
from grader.storage import unit_of_work_factory
from grader.storage.tables import RegradeRow
from tests.fakes import NOON, FakeUnitOfWork, a_check, a_report
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from grader.domain.people import Enrolment
    from grader.domain.report import Report
    from grader.domain.submission import Run
    from tests.storage.databases import MakeUow

EXERCISE = "pointwise-conv"
FULL = a_report(a_check(), misconception=None, hint=None)


def finish(make_uow: MakeUow, run: Run, report: Report) -> None:
    with make_uow().writing() as uow:
        assert uow.runs.claim(run.id, "k", node="n", now=NOON, lease_until=NOON + timedelta(minutes=1))
        assert uow.runs.finish(run.id, "k", report, finished=NOON)
        uow.commit()


def graded(make_uow: MakeUow, enrolment: Enrolment, report: Report, exercise: str = EXERCISE) -> int:
    submission, run = handed_in(make_uow, enrolment, exercise=exercise)
    finish(make_uow, run, report)
    return submission.id


def attempted(make_uow: MakeUow, enrolment: Enrolment, points: int | None, *, quiz: str = "weights") -> int:
    """Keep an attempt with two answers; None leaves it open."""
    with make_uow().writing() as uow:
        attempt = uow.attempts.add(enrolment.id, quiz, seed="seed", started=NOON)
        uow.attempts.answer(attempt.id, "six", "6", when=NOON)
        uow.attempts.answer(attempt.id, "choices", ["a", "c"], when=NOON)
        if points is not None:
            uow.attempts.finish(attempt.id, Score(attempt.id, NOON, Fraction(points), 3))
        uow.commit()
    return attempt.id


class TestGraded:
    def test_a_graded_submission_is_read_with_what_it_got(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment, a_report())
        with make_uow().reading() as uow:
            found = uow.insight.graded(ada.course.id)
            assert uow.insight.graded(ada.course.id, EXERCISE) == found
            assert uow.insight.graded(ada.course.id, "other") == []
        assert found == [
            Graded(ada.enrolment.id, EXERCISE, number, NOON, 3, 4, "swaps_axes", "Height comes first."),
        ]

    def test_what_is_not_graded_is_not_read(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        handed_in(make_uow, ada.enrolment)
        with make_uow().reading() as uow:
            assert uow.insight.graded(ada.course.id) == []

    def test_submissions_are_read_oldest_first(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        numbers = [graded(make_uow, who.enrolment, FULL) for who in (bob, ada, bob)]
        with make_uow().reading() as uow:
            assert [each.submission_id for each in uow.insight.graded(ada.course.id)] == numbers

    def test_of_several_runs_the_newest_counts(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment, a_report())
        with make_uow().writing() as uow:
            again = uow.runs.add(number, queued=NOON)
            uow.commit()
        finish(make_uow, again, FULL)
        with make_uow().reading() as uow:
            assert [each.points for each in uow.insight.graded(ada.course.id)] == [3]
            assert [each.max_points for each in uow.insight.graded(ada.course.id)] == [3]
            assert uow.insight.beliefs(ada.course.id, EXERCISE) == []
            assert [each.scenario for each in uow.insight.endings(ada.course.id, EXERCISE)] == ["definition"]


class TestProposals:
    def test_a_regrades_proposal_does_not_count(self, engine: Engine) -> None:
        make_uow = unit_of_work_factory(engine)
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment, FULL)
        with Session(engine) as session:
            session.add(a_regrade(ada.course.id))
            session.commit()
        self.propose_and_look(make_uow, ada.course.id, number)

    def test_nor_does_it_in_the_fake(self) -> None:
        make_uow = FakeUnitOfWork.factory()
        ada = enrolled(make_uow)
        self.propose_and_look(make_uow, ada.course.id, graded(make_uow, ada.enrolment, FULL))

    def propose_and_look(self, make_uow: MakeUow, course_id: int, submission_id: int) -> None:
        with make_uow().writing() as uow:
            proposal = uow.runs.add(submission_id, queued=NOON, regrade_id=1)
            uow.commit()
        finish(make_uow, proposal, a_report())
        with make_uow().reading() as uow:
            assert [each.max_points for each in uow.insight.graded(course_id)] == [3]
            assert uow.insight.beliefs(course_id) == []
            assert [each.scenario for each in uow.insight.endings(course_id, EXERCISE)] == ["definition"]


def a_regrade(course_id: int) -> RegradeRow:
    return RegradeRow(
        id=1,
        course_id=course_id,
        exercise=EXERCISE,
        choice=Choice.ALL,
        version="",
        never_lower=False,
        reason="A test was wrong.",
        stage=Stage.RUNNING,
        by="ines",
        made=NOON,
    )


class TestWho:
    def test_staff_and_who_has_left_are_not_read(self, make_uow: MakeUow) -> None:
        ada, ines = enrolled(make_uow), enrolled(make_uow, "ines")
        for who in (ada, ines):
            graded(make_uow, who.enrolment, a_report())
            attempted(make_uow, who.enrolment, 1)
        with make_uow().writing() as uow:
            uow.enrolments.change(replace(ada.enrolment, ended=NOON))
            uow.enrolments.change(replace(ines.enrolment, role=Role.INSTRUCTOR))
            uow.commit()
        assert everything(make_uow, ada.course.id) == []

    def test_another_course_is_not_read(self, make_uow: MakeUow) -> None:
        ada, cleo = enrolled(make_uow), enrolled(make_uow, "cleo", "autumn")
        graded(make_uow, cleo.enrolment, a_report())
        attempted(make_uow, cleo.enrolment, 1)
        assert everything(make_uow, ada.course.id) == []
        assert len(everything(make_uow, cleo.course.id)) == 6


def everything(make_uow: MakeUow, course_id: int) -> list[object]:
    with make_uow().reading() as uow:
        insight = uow.insight
        return [
            *insight.graded(course_id),
            *insight.endings(course_id, EXERCISE),
            *insight.beliefs(course_id),
            *insight.finished(course_id),
            *insight.answered(course_id, "weights"),
        ]


class TestEndings:
    def test_each_students_latest_submission_is_counted(self, make_uow: MakeUow) -> None:
        ada, bob, cem = (enrolled(make_uow, login) for login in ("ada", "bob", "cem"))
        for who, report in ((ada, a_report()), (bob, a_report()), (ada, FULL), (cem, a_report())):
            graded(make_uow, who.enrolment, report)
        with make_uow().reading() as uow:
            assert uow.insight.endings(ada.course.id, EXERCISE) == [
                Ending("definition", "Agrees with the definition", Outcome.PASSED, 3),
                Ending("no_mixing", "Agrees with the definition", Outcome.WRONG, 2),
            ]

    def test_scenarios_stand_in_the_reports_order(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        names = ["zeta", "alpha", "mu"]
        graded(make_uow, ada.enrolment, a_report(*(a_check(name) for name in names)))
        with make_uow().reading() as uow:
            assert [each.scenario for each in uow.insight.endings(ada.course.id, EXERCISE)] == names


class TestBeliefs:
    def test_a_misconception_of_the_whole_and_of_a_scenario_is_one(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        two = a_check("other", misconception="forgets_bias", hint="Add it.")
        first = graded(make_uow, ada.enrolment, a_report())
        second = graded(make_uow, ada.enrolment, a_report(two, misconception="swaps_axes", hint="Look."), "other")
        with make_uow().reading() as uow:
            assert uow.insight.beliefs(ada.course.id) == [
                Belief(first, "swaps_axes", "Height comes first."),
                Belief(second, "forgets_bias", "Add it."),
                Belief(second, "swaps_axes", "Look."),
            ]
            assert [each.submission_id for each in uow.insight.beliefs(ada.course.id, EXERCISE)] == [first]

    def test_a_misconception_without_a_hint_is_read(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        number = graded(make_uow, ada.enrolment, a_report(a_check(misconception="odd", hint=None), misconception=None))
        with make_uow().reading() as uow:
            assert uow.insight.beliefs(ada.course.id) == [Belief(number, "odd", "")]


class TestAttempts:
    def test_the_first_finished_attempt_is_read_with_its_answers(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        attempted(make_uow, ada.enrolment, None)
        number = attempted(make_uow, ada.enrolment, 1)
        attempted(make_uow, ada.enrolment, 3)
        with make_uow().reading() as uow:
            assert uow.insight.finished(ada.course.id) == [Finished(ada.enrolment.id, "weights", Fraction(1), 3)]
            assert uow.insight.answered(ada.course.id, "weights") == [
                Answered(ada.enrolment.id, number, "seed", {"six": "6", "choices": ["a", "c"]})
            ]
            assert uow.insight.answered(ada.course.id, "other") == []

    def test_each_quiz_has_its_own_first(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        for quiz in ("weights", "shapes", "weights"):
            attempted(make_uow, ada.enrolment, 2, quiz=quiz)
        with make_uow().reading() as uow:
            assert sorted(each.quiz for each in uow.insight.finished(ada.course.id)) == ["shapes", "weights"]

    def test_an_attempt_without_answers_is_read(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            attempt = uow.attempts.add(ada.enrolment.id, "weights", seed="s", started=NOON)
            uow.attempts.finish(attempt.id, Score(attempt.id, NOON, Fraction(0), 3))
            uow.commit()
        with make_uow().reading() as uow:
            assert [each.answers for each in uow.insight.answered(ada.course.id, "weights")] == [{}]


@pytest.mark.parametrize(("points", "most", "share"), [(3, 4, Fraction(3, 4)), (0, 0, Fraction(0))])
def test_a_share_of_nothing_is_nothing(points: int, most: int, share: Fraction) -> None:
    assert Graded(1, EXERCISE, 1, NOON, points, most).share == share
    assert Finished(1, "weights", Fraction(points), most).share == share
