"""What an LMS shows of a student, as their page says it: "Campus has 3/4 since 12:00"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.lms.outgoing import Reply
from grader.services import lms_state
from grader.services.lms_state import Way
from tests.fakes import NOON
from tests.lms.gradebook.desk import BOTTLENECK, CONV

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.services.lms_state import ColumnState, ColumnSummary
    from tests.lms.gradebook.desk import Desk


def of(desk: Desk, login: str = "ada", by: str = "ian") -> Sequence[ColumnState]:
    return lms_state.of_student(desk.world.make_uow(), user=desk.world[by], course_slug="spring", login=login)


def course(desk: Desk, by: str = "ian") -> Sequence[ColumnSummary]:
    return lms_state.of_course(desk.world.make_uow(), user=desk.world[by], course_slug="spring")[1]


def test_a_score_that_arrived_is_there_since_then(desk: Desk) -> None:
    desk.knows("ada")
    desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    desk.world.clock.advance(minutes=5)
    (found,) = of(desk)
    assert (found.platform.name, found.column.label, found.way) == ("Campus", "Pointwise conv", Way.THERE)
    assert (found.points, found.max_points, found.since, found.why) == (Fraction(3), 4, NOON, "")


def test_a_newer_grade_is_on_its_way_beside_what_is_there(desk: Desk) -> None:
    desk.knows("ada")
    desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    desk.grade("ada", 2)
    (found,) = of(desk)
    assert (found.way, found.points, found.why) == (Way.COMING, Fraction(3), "")


def test_a_score_that_failed_says_why_while_it_is_tried_again_and_once_it_died(desk: Desk) -> None:
    desk.knows("ada")
    desk.make(CONV)
    desk.lms.wrong = lambda *_: Reply(503)
    desk.grade("ada", 3)
    desk.dispatch()
    (found,) = of(desk)
    assert (found.way, found.points, found.since, found.why) == (Way.COMING, None, None, "answered 503")
    desk.lms.wrong = lambda *_: Reply(404)
    desk.world.clock.advance(minutes=1)
    desk.dispatch()
    (found,) = of(desk)
    assert (found.way, found.why) == (Way.DIED, "answered 404")


def test_before_the_first_grade_there_is_nothing_and_one_that_was_taken_back_is_none_since_then(desk: Desk) -> None:
    desk.knows("ada")
    desk.make(CONV)
    (found,) = of(desk)
    assert (found.way, found.max_points, found.since, found.why) == (Way.NOTHING, None, None, "")
    taken = desk.grade("ada", 3)
    desk.dispatch()
    desk.world.clock.advance(minutes=5)
    desk.withdraw(taken)
    desk.dispatch()
    (found,) = of(desk)
    assert (found.way, found.points, found.since) == (Way.THERE, None, desk.world.clock.now())


def test_columns_stand_by_platform_and_those_of_who_is_not_there_or_removed_ones_are_left_out(desk: Desk) -> None:
    _, other = desk.connect("second", "c")
    desk.knows("ada")
    desk.knows("ada", context=other)
    desk.make(CONV, BOTTLENECK)
    desk.make(CONV, context_id=other.id)
    assert [(each.platform.key, each.column.item) for each in of(desk)] == [
        ("lms", CONV[1]),
        ("lms", BOTTLENECK[1]),
        ("second", CONV[1]),
    ]
    assert of(desk, "bob") == []
    second = desk.read(lambda uow: uow.platforms.get(other.platform_id))
    desk.write(lambda uow: uow.platforms.change(replace(second, removed=NOON)))
    assert {each.platform.key for each in of(desk)} == {"lms"}


def test_students_see_their_own_and_staff_everybodys(desk: Desk) -> None:
    desk.knows("ada")
    desk.make(CONV)
    assert len(of(desk, "ada", by="ada")) == 1
    with pytest.raises(NotFound, match="no 'ada' in this course"):
        of(desk, "ada", by="bob")
    with pytest.raises(NotFound, match="no 'zoe' in this course"):
        of(desk, "zoe")
    with pytest.raises(NotFound, match="you are in"):
        of(desk, "zoe", by="zoe")


def test_a_course_counts_what_is_there_coming_and_dead_by_column(desk: Desk) -> None:
    desk.knows("ada", "bob")
    desk.make(CONV, BOTTLENECK)
    desk.grade("ada", 3)
    desk.dispatch()
    desk.lms.wrong = lambda *_: Reply(404)
    desk.grade("bob", 2)
    desk.dispatch()
    desk.grade("ada", 1, BOTTLENECK)
    conv, bottleneck = course(desk)
    assert (conv.there, conv.coming, conv.died, conv.oldest) == (1, 0, 1, None)
    assert (bottleneck.there, bottleneck.coming, bottleneck.died, bottleneck.oldest) == (0, 1, 0, NOON)
    with pytest.raises(Forbidden, match="see what other systems were told"):
        course(desk, "ada")
