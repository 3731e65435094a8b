"""Whatever changes a grade or who is in a course leaves one event, in the same transaction; points go to platforms."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import pytest

from grader.domain.assignment import Extension, Terms
from grader.domain.people import Role
from grader.domain.scoring import ItemKind, Late
from grader.services import assignments, override, roster
from tests.fakes import NOON
from tests.services.quizzing import answered, finished, started
from tests.services.regrading import CONV, SPRING, Term

if TYPE_CHECKING:
    from grader.domain.lms.event import Event
    from tests.fake_lms import FakeOutbox
    from tests.services.conftest import World


def outbox(world: World) -> FakeOutbox:
    with world.make_uow().reading() as uow:
        return cast("FakeOutbox", uow.outbox)


def events(world: World) -> list[Event]:
    return [event for _, event in sorted(outbox(world).tables.events.items())]


def told(world: World) -> list[str]:
    return [event.type.value for event in events(world)]


def asked(world: World) -> int:
    """Return how many scores platforms were to be sent."""
    return len(outbox(world).tables.scores_asked)


def set_by_hand(world: World, points: int) -> int:
    needs = world.make_uow(), world.clock, world.catalogue
    made = override.override(
        *needs,
        user=world["ian"],
        course_slug=SPRING,
        login="ada",
        kind=ItemKind.EXERCISE,
        slug=CONV,
        points=Fraction(points),
        reason="Oral exam",
    )
    return made.id


@pytest.fixture
def term(world: World) -> Term:
    return Term(world)


class TestGrading:
    def test_a_graded_submission_is_told_with_what_counts_since(self, world: World, term: Term) -> None:
        submission = term.graded(3)
        (event,) = events(world)
        assert event.type.value == "submission.graded"
        assert event.data == {
            "course": "spring",
            "kind": "exercise",
            "item": CONV,
            "submission": submission.id,
            "submitted": "2026-05-01T12:01:00Z",
            "points": 3,
            "max_points": 4,
            "misconception": "swaps_axes",
            "reference": None,
            "grade": {"points": 3, "max_points": 4, "attempts": 1, "by_hand": False},
            "sequence": 1,
        }
        assert asked(world) == 1

    def test_a_worse_one_is_told_too_and_sends_no_score(self, world: World, term: Term) -> None:
        term.graded(3)
        term.graded(1)
        assert [(event.data["points"], event.data["sequence"]) for event in events(world)] == [(3, 1), (1, 2)]
        grade = cast("dict[str, object]", events(world)[1].data["grade"])
        assert (grade["points"], grade["attempts"]) == (3, 2)
        assert asked(world) == 1

    def test_a_fault_of_ours_is_told_nobody(self, world: World, term: Term) -> None:
        term.run(world.run(world.submit()).id, error=OSError("no disk"))
        assert events(world) == []
        assert asked(world) == 0

    def test_a_finished_quiz_is_told(self, world: World) -> None:
        attempt = started(world)
        answered(world, attempt, "six", "6")
        finished(world, attempt)
        finished(world, attempt)
        (event,) = events(world)
        assert event.type.value == "quiz.finished"
        wanted = {"kind": "quiz", "item": "weights", "points": 1, "max_points": 3, "finished": "2026-05-01T12:00:00Z"}
        assert wanted.items() <= event.data.items()
        assert asked(world) == 1


class TestByHand:
    def test_a_grade_by_hand_and_its_end_are_told_without_the_reason(self, world: World, term: Term) -> None:
        term.graded(3)
        made = set_by_hand(world, 4)
        override.withdraw(
            world.make_uow(), world.clock, world.catalogue, user=world["ian"], course_slug=SPRING, override_id=made
        )
        assert told(world) == ["submission.graded", "grade.overridden", "grade.overridden"]
        points = [(cast("dict[str, Any]", event.data["grade"])["points"]) for event in events(world)]
        assert points == [3, 4, 3]
        assert [event.data.get("withdrawn") for event in events(world)] == [None, False, True]
        assert "Oral" not in str([event.data for event in events(world)])
        assert asked(world) == 3

    def test_a_grade_that_is_gone_is_told_as_none(self, world: World) -> None:
        made = set_by_hand(world, 4)
        override.withdraw(
            world.make_uow(), world.clock, world.catalogue, user=world["ian"], course_slug=SPRING, override_id=made
        )
        assert events(world)[-1].data["grade"] is None
        assert asked(world) == 2


class TestRegrading:
    def test_nothing_is_told_before_a_regrade_is_applied(self, world: World, term: Term) -> None:
        term.graded(3)
        term.again(4)
        assert told(world) == ["submission.graded"]
        assert asked(world) == 1

    def test_each_student_is_told_once_and_again_when_it_is_undone(self, world: World, term: Term) -> None:
        first, second = term.graded(3), term.graded(2)
        other = term.graded(1, "bob")
        before = asked(world)
        regraded = term.again(4, 2, 1)
        term.apply(regraded)
        term.apply(regraded)
        new = events(world)[3:]
        assert [(event.type.value, event.data["submissions"], event.data["undone"]) for event in new] == [
            ("submission.regraded", [first.id, second.id], False),
            ("submission.regraded", [other.id], False),
        ]
        assert asked(world) == before + 1  # ada's alone: bob's points stay
        term.undo(regraded)
        assert [event.data["undone"] for event in events(world)[5:]] == [True, True]
        assert asked(world) == before + 2


class TestTerms:
    def test_new_terms_tell_of_every_grade_that_they_change(self, world: World, term: Term) -> None:
        term.graded(3)
        term.graded(0, "bob")
        assignments.set_terms(
            world.make_uow(),
            world.clock,
            world.catalogue,
            user=world["ian"],
            course_slug=SPRING,
            kind=ItemKind.EXERCISE,
            slug=CONV,
            terms=Terms(due=NOON - timedelta(days=2), late=Late.PER_DAY),
        )
        assert told(world)[2:] == ["grade.changed"]
        assert cast("dict[str, Any]", events(world)[-1].data["grade"])["points"] < 3
        assert asked(world) == 3

    def test_an_extension_tells_of_its_students_grade(self, world: World, term: Term) -> None:
        world.set_terms(CONV, Terms(due=NOON - timedelta(days=2), late=Late.PER_DAY))
        term.graded(3)
        assignments.extend(
            world.make_uow(),
            world.clock,
            world.catalogue,
            user=world["ian"],
            course_slug=SPRING,
            login="ada",
            kind=ItemKind.EXERCISE,
            slug=CONV,
            extension=Extension(due=NOON + timedelta(days=1), reason="was ill"),
        )
        assert told(world) == ["submission.graded", "grade.changed"]
        assert asked(world) == 2


class TestRoster:
    def test_who_comes_changes_and_goes_is_told_with_the_login(self, world: World) -> None:
        needs = world.make_uow(), world.clock
        whose: dict[str, Any] = {"user": world["ian"], "course_slug": SPRING}
        roster.put(*needs, **whose, login="tess", name="Tess", section="b")
        roster.put(*needs, **whose, login="tess", role=Role.ASSISTANT)
        roster.put(*needs, **whose, login="tess", role=Role.ASSISTANT)
        roster.remove(*needs, **whose, login="tess")
        assert set(told(world)) == {"enrolment.changed"}
        common = {"course": "spring", "login": "tess", "section": "b"}
        assert [event.data for event in events(world)] == [
            common | {"role": "student", "active": True},
            common | {"role": "assistant", "active": True},
            common | {"role": "assistant", "active": False},
        ]

    def test_what_is_refused_is_told_nobody(self, world: World) -> None:
        with pytest.raises(Exception, match="yourself"):
            roster.remove(world.make_uow(), world.clock, user=world["ian"], course_slug=SPRING, login="ian")
        assert events(world) == []
