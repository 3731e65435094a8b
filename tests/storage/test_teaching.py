"""What the repositories of teaching promise: terms, extensions, overrides, history, comments, who ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Assignment, Extension, Terms
from grader.domain.errors import NotFound
from grader.domain.people import Role
from grader.domain.scoring import Cause, Grade, GradeChange, ItemKind, Keep, Late
from tests.fakes import NOON
from tests.storage.databases import enrolled, handed_in

if TYPE_CHECKING:
    from grader.domain.scoring import Override
    from tests.storage.databases import Enrolled, MakeUow

EXERCISE, QUIZ = ItemKind.EXERCISE, ItemKind.QUIZ

EVERYTHING = Terms(
    opens=NOON,
    due=NOON + timedelta(days=7),
    closes=NOON + timedelta(days=9),
    late=Late.CLIFF,
    loss=Fraction(1, 3),
    grace=timedelta(minutes=15),
    attempts=5,
    cooldown=timedelta(minutes=2),
    keep=Keep.LAST,
    weight=Fraction(5, 2),
    offered=False,
)


def put(make_uow: MakeUow, *assignments: Assignment) -> None:
    with make_uow().writing() as uow:
        for assignment in assignments:
            uow.assignments.put(assignment)
        uow.commit()


class TestAssignments:
    def test_terms_come_back_as_they_went_in(self, make_uow: MakeUow) -> None:
        course = enrolled(make_uow).course
        kept = Assignment(course.id, EXERCISE, "conv", EVERYTHING)
        put(make_uow, kept)
        with make_uow().reading() as uow:
            assert uow.assignments.find(course.id, EXERCISE, "conv") == kept
            assert uow.assignments.of_course(course.id) == {(EXERCISE, "conv"): kept}

    def test_the_latest_terms_win_and_may_be_the_usual_ones(self, make_uow: MakeUow) -> None:
        course = enrolled(make_uow).course
        usual = Assignment(course.id, EXERCISE, "conv")
        put(make_uow, Assignment(course.id, EXERCISE, "conv", EVERYTHING))
        put(make_uow, usual)
        with make_uow().reading() as uow:
            assert uow.assignments.of_course(course.id) == {(EXERCISE, "conv"): usual}

    def test_what_was_never_set_has_the_usual_terms(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        put(make_uow, Assignment(zoe.course.id, EXERCISE, "conv", EVERYTHING))
        put(make_uow, Assignment(ada.course.id, QUIZ, "conv", EVERYTHING))
        with make_uow().reading() as uow:
            assert uow.assignments.find(ada.course.id, EXERCISE, "conv").terms == Terms()
            assert list(uow.assignments.of_course(ada.course.id)) == [(QUIZ, "conv")]
            assert uow.assignments.find(4711, QUIZ, "conv") == Assignment(4711, QUIZ, "conv")


class TestExtensions:
    LONGER = Extension(NOON, NOON + timedelta(days=1), 2, "Was ill \u202e")

    def extend(self, make_uow: MakeUow, who: Enrolled, extension: Extension | None, item: str = "conv") -> None:
        with make_uow().writing() as uow:
            uow.assignments.extend(who.enrolment.id, EXERCISE, item, extension)
            uow.commit()

    def test_a_student_has_one_for_each_item(self, make_uow: MakeUow) -> None:
        ada, bob, zoe = enrolled(make_uow), enrolled(make_uow, "bob"), enrolled(make_uow, "zoe", slug="autumn")
        for who in (ada, bob, zoe):
            self.extend(make_uow, who, Extension(attempts=1))
        self.extend(make_uow, ada, self.LONGER)
        self.extend(make_uow, ada, Extension(), "other")
        mine = {(EXERCISE, "conv"): self.LONGER, (EXERCISE, "other"): Extension()}
        with make_uow().reading() as uow:
            assert uow.assignments.extension(ada.enrolment.id, EXERCISE, "conv") == self.LONGER
            assert uow.assignments.extension(ada.enrolment.id, QUIZ, "conv") is None
            assert uow.assignments.extensions_of(ada.enrolment.id) == mine
            assert uow.assignments.extensions(ada.course.id) == {
                **{(ada.enrolment.id, *place): extension for place, extension in mine.items()},
                (bob.enrolment.id, EXERCISE, "conv"): Extension(attempts=1),
            }

    def test_one_that_is_taken_back_is_gone_and_taking_back_nothing_is_harmless(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        self.extend(make_uow, ada, self.LONGER)
        for _ in range(2):
            self.extend(make_uow, ada, None)
        with make_uow().reading() as uow:
            assert uow.assignments.extensions_of(ada.enrolment.id) == {}


class TestOverrides:
    def override(self, make_uow: MakeUow, who: Enrolled, points: Fraction, item: str = "conv") -> Override:
        with make_uow().writing() as uow:
            made = uow.overrides.add(
                who.enrolment.id, EXERCISE, item, points=points, reason="Oral exam", by="ian", made=NOON
            )
            uow.commit()
        return made

    def withdraw(self, make_uow: MakeUow, override_id: int) -> bool:
        with make_uow().writing() as uow:
            done = uow.overrides.withdraw(override_id, NOON + timedelta(hours=1))
            uow.commit()
        return done

    def test_the_newest_that_is_not_withdrawn_counts(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        place = (ada.enrolment.id, EXERCISE, "conv")
        first, second = self.override(make_uow, ada, Fraction(7, 3)), self.override(make_uow, ada, Fraction(0))
        for expected in (second, first, None):
            with make_uow().reading() as uow:
                assert uow.overrides.counting(*place) == expected
                assert uow.overrides.counting(ada.enrolment.id, QUIZ, "conv") is None
            assert expected is None or self.withdraw(make_uow, expected.id)

    def test_one_is_withdrawn_once_and_never_deleted(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        first, other = self.override(make_uow, ada, Fraction(1)), self.override(make_uow, ada, Fraction(2), "other")
        elsewhere = self.override(make_uow, zoe, Fraction(3))
        assert [self.withdraw(make_uow, first.id) for _ in range(2)] == [True, False]
        assert not self.withdraw(make_uow, 4711)
        withdrawn = replace(first, withdrawn=NOON + timedelta(hours=1))
        with make_uow().reading() as uow:
            assert uow.overrides.get(first.id) == withdrawn
            assert uow.overrides.of_enrolment(ada.enrolment.id) == [withdrawn, other]
            assert uow.overrides.of_course(ada.course.id) == [withdrawn, other]
            assert uow.overrides.of_course(zoe.course.id) == [elsewhere]
            with pytest.raises(NotFound, match="there is no override 4711"):
                uow.overrides.get(4711)


class TestHistory:
    def test_changes_are_told_oldest_first_as_they_were(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        scored = (QUIZ, "weights", Fraction(7, 3), 3, 12, 1, Fraction(3), Fraction(7, 3))
        by_hand = Grade(ada.enrolment.id, QUIZ, "weights", Fraction(3), 3, None, 1, Fraction(3), Fraction(7, 3), 5)
        changes = [
            GradeChange(Grade(ada.enrolment.id, *scored), None, Cause.GRADED, "", NOON),
            *[GradeChange(by_hand, Fraction(7, 3), cause, "ian", NOON - timedelta(days=1)) for cause in Cause],
        ]
        other = GradeChange(Grade(bob.enrolment.id, *scored), Fraction(0), Cause.TERMS, "", NOON)
        with make_uow().writing() as uow:
            for change in (*changes, other):
                uow.history.add(change)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.history.of_enrolment(ada.enrolment.id) == changes
            assert uow.history.of_enrolment(bob.enrolment.id) == [other]


class TestComments:
    def test_those_about_all_of_it_come_first_then_by_line_then_by_age(self, make_uow: MakeUow) -> None:
        ada, bob = enrolled(make_uow), enrolled(make_uow, "bob")
        submission, _ = handed_in(make_uow, ada.enrolment)
        other, _ = handed_in(make_uow, ada.enrolment)
        with make_uow().writing() as uow:
            for line, text in ((9, "nine"), (2, "two"), (None, "all"), (2, "two again"), (None, "all again")):
                uow.comments.add(submission.id, line, text, author_id=bob.user.id, made=NOON)
            elsewhere = uow.comments.add(other.id, 1, "elsewhere", author_id=ada.user.id, made=NOON)
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.comments.of_submission(submission.id)
            assert [each.text for each in found] == ["all", "all again", "two", "two again", "nine"]
            assert {each.author for each in found} == {bob.user}
            assert uow.comments.of_submission(other.id) == [elsewhere]

    def test_one_is_withdrawn_once_and_stays(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        submission, _ = handed_in(make_uow, ada.enrolment)
        with make_uow().writing() as uow:
            made = uow.comments.add(submission.id, None, "<b>\u202e", author_id=ada.user.id, made=NOON)
            assert uow.comments.get(made.id) == made
            assert uow.comments.withdraw(made.id, NOON)
            assert not uow.comments.withdraw(made.id, NOON + timedelta(days=1))
            assert not uow.comments.withdraw(4711, NOON)
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.comments.of_submission(submission.id) == [replace(made, withdrawn=NOON)]
            with pytest.raises(NotFound, match="there is no comment 4711"):
                uow.comments.get(4711)


class TestEnrolments:
    def test_role_section_and_end_are_changed_and_nothing_else(self, make_uow: MakeUow) -> None:
        ada, zoe = enrolled(make_uow), enrolled(make_uow, "zoe", slug="autumn")
        wanted = replace(ada.enrolment, role=Role.ASSISTANT, section="Tuesday", ended=NOON)
        with make_uow().writing() as uow:
            uow.enrolments.change(replace(wanted, user_id=zoe.user.id, course_id=zoe.course.id))
            with pytest.raises(NotFound):
                uow.enrolments.change(replace(wanted, id=4711))
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.enrolments.find(ada.user.id, ada.course.id) == wanted
            assert uow.enrolments.get(zoe.enrolment.id) == zoe.enrolment

    def test_who_has_left_a_course_stands_in_it_and_does_not_have_it(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            uow.enrolments.change(replace(ada.enrolment, ended=NOON))
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.courses.of_user(ada.user.id) == []
            assert [enrolment.ended for enrolment, _ in uow.enrolments.of_course(ada.course.id)] == [NOON]


class TestGrades:
    def test_a_grade_tells_what_it_was_before_lateness_and_override(self, make_uow: MakeUow) -> None:
        place = (enrolled(make_uow).enrolment.id, EXERCISE, "conv")
        by_hand = Grade(*place, Fraction(4), 4, None, 0, Fraction(10, 3), Fraction(3), 12)
        for grade in (by_hand, Grade(*place, Fraction(1), 4, 1, 1)):
            with make_uow().writing() as uow:
                uow.grades.put(grade)
                uow.commit()
            with make_uow().reading() as uow:
                assert uow.grades.find(*place) == grade

    def test_a_course_tells_its_grades_as_each_is_told_by_itself(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        by_hand = Grade(ada.enrolment.id, EXERCISE, "conv", Fraction(4), 4, None, 0, Fraction(10, 3), Fraction(3), 12)
        of_old = Grade(ada.enrolment.id, QUIZ, "conv", Fraction(0), 4, 1, 1)
        with make_uow().writing() as uow:
            uow.grades.put(by_hand)
            uow.grades.put(of_old)
            uow.commit()
        with make_uow().reading() as uow:
            told = sorted(uow.grades.of_course(ada.course.id), key=lambda grade: grade.kind.value)
            assert told == [by_hand, of_old]
            assert [grade.kind for grade in told] == [EXERCISE, QUIZ]

    def test_a_grade_that_is_dropped_is_gone_and_no_other(self, make_uow: MakeUow) -> None:
        enrolment = enrolled(make_uow).enrolment
        other = Grade(enrolment.id, QUIZ, "conv", Fraction(1), 4, 1, 1)
        with make_uow().writing() as uow:
            uow.grades.put(other)
            uow.grades.put(other._replace(kind=EXERCISE))
            uow.grades.drop(enrolment.id, EXERCISE, "conv")
            uow.grades.drop(enrolment.id, EXERCISE, "unknown")
            assert uow.grades.find(enrolment.id, EXERCISE, "conv") is None
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.grades.of_enrolment(enrolment.id) == [other]
