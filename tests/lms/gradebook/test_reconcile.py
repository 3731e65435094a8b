"""What a platform shows is read back: whose score differs is told, and sent again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, Unavailable
from grader.lms.outgoing import Reply
from grader.services import reconcile
from tests.lms.gradebook.desk import BOTTLENECK, CONV
from tests.lms.platform import Score

if TYPE_CHECKING:
    from grader.domain.lms.platform import LineItem
    from tests.lms.gradebook.desk import Desk


@pytest.fixture
def conv(desk: Desk) -> LineItem:
    """Ada has 3 of 4 points here and there; Bob is known there and has none."""
    desk.knows("ada", "bob")
    (column,) = desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    return column


def typed_in(desk: Desk, login: str, column: LineItem, points: float | None, max_points: float = 4) -> None:
    """Have somebody change a score at the platform."""
    desk.lms.scores[column.url, f"sub-{login}"] = Score(desk.world.clock.now(), points, max_points)


def differing(desk: Desk) -> list[tuple[str, Fraction | None, float | None, bool]]:
    return [(each.login, each.here, each.there, each.is_coming) for each in desk.compare()]


@pytest.mark.usefixtures("conv")
def test_nothing_differs_when_all_arrived(desk: Desk) -> None:
    assert differing(desk) == []
    assert desk.resend() == 0


@pytest.mark.usefixtures("conv")
def test_a_score_that_is_on_its_way_differs_and_says_so(desk: Desk) -> None:
    desk.grade("ada", 2)
    assert differing(desk) == [("ada", Fraction(2), 3.0, True)]


def test_scores_that_somebody_typed_in_there_differ(desk: Desk, conv: LineItem) -> None:
    typed_in(desk, "ada", conv, 4)
    typed_in(desk, "bob", conv, 0)
    assert differing(desk) == [("ada", Fraction(3), 4.0, False), ("bob", None, 0.0, False)]
    typed_in(desk, "ada", conv, None)
    assert differing(desk)[0] == ("ada", Fraction(3), None, False)


def test_a_difference_names_who_it_is_about_and_where(desk: Desk, conv: LineItem) -> None:
    typed_in(desk, "ada", conv, 4)
    (found,) = desk.compare()
    assert (found.name, found.column, found.enrolment_id) == ("Ada", conv, desk.enrolment("ada").id)


@pytest.mark.parametrize(
    ("points", "max_points", "count"),
    [(3.0, 4, 0), (75, 100, 0), (3.009, 4, 0), (2.99, 4, 0), (3.02, 4, 1), (74.5, 100, 1)],
)
def test_what_platforms_round_is_the_same_in_whatever_points_they_count(
    desk: Desk, conv: LineItem, points: float, max_points: float, count: int
) -> None:
    typed_in(desk, "ada", conv, points, max_points)
    assert len(differing(desk)) == count


def test_a_third_of_a_point_is_the_same_when_it_arrives(desk: Desk, conv: LineItem) -> None:
    desk.grade("ada", Fraction(1, 3))
    desk.dispatch()
    assert desk.shown("ada", conv) == 0.3333
    assert differing(desk) == []


def test_those_that_differ_are_sent_again_and_agree(desk: Desk, conv: LineItem) -> None:
    (bottleneck,) = desk.make(BOTTLENECK)
    typed_in(desk, "ada", conv, 4)
    typed_in(desk, "bob", conv, 1)
    typed_in(desk, "bob", bottleneck, 1)
    assert desk.resend() == 3
    desk.world.clock.advance(seconds=1)
    desk.dispatch()
    assert differing(desk) == []
    assert (desk.shown("ada", conv), desk.shown("bob", conv), desk.shown("bob", bottleneck)) == (3, None, None)
    assert (desk.log()[-1].deed, desk.log()[-1].detail["scores"]) == ("lms.scores_resent", "3")


def test_a_score_typed_in_a_moment_ago_is_overcome_though_the_platform_calls_ours_older(
    desk: Desk, conv: LineItem
) -> None:
    desk.world.clock.advance(minutes=10)
    typed_in(desk, "ada", conv, 4)
    desk.world.clock.advance(minutes=-10)
    desk.resend()
    for _ in range(4):
        desk.dispatch()
        desk.world.clock.advance(minutes=10)
    assert desk.shown("ada", conv) == 3


def test_everything_is_sent_again_without_asking_what_is_there(desk: Desk, conv: LineItem) -> None:
    asked = len(desk.lms.asked)
    assert desk.resend(everything=True) == 1, "Bob never had a score"
    assert len(desk.lms.asked) == asked
    desk.dispatch()
    assert desk.shown("ada", conv) == 3


@pytest.mark.usefixtures("conv")
def test_a_platform_that_can_t_be_read_says_so_and_nothing_is_sent(desk: Desk) -> None:
    desk.lms.wrong = lambda *_: Reply(503)
    with pytest.raises(Unavailable, match="answered 503"):
        desk.compare()
    with pytest.raises(Unavailable, match="answered 503"):
        desk.resend()
    assert desk.dispatch() == 0


def test_students_may_not_compare(desk: Desk) -> None:
    with pytest.raises(Forbidden, match="connect other systems"):
        reconcile.compare(
            desk.world.make_uow,
            desk.gradebooks,
            user=desk.world["ada"],
            course_slug="spring",
            context_id=desk.context.id,
        )
