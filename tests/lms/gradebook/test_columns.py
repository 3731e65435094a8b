"""Columns are made in a platform's gradebook, once each, and hold what was earned before they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, Invalid, NotFound, Unavailable
from grader.domain.lms.platform import Family, LineItem
from grader.domain.scoring import ItemKind
from grader.lms.outgoing import Reply
from grader.services import columns, connect
from tests.lms.gradebook.desk import BOTTLENECK, CONV, QUIZ
from tests.lms.platform import ITEMS

if TYPE_CHECKING:
    from tests.lms.gradebook.desk import Desk


def test_a_column_has_the_items_title_points_and_a_name_to_find_it_by(desk: Desk) -> None:
    conv, quiz = desk.make(CONV, QUIZ)
    assert (conv.label, conv.max_points, conv.url) == ("Pointwise conv", 4, f"{ITEMS}/1")
    assert (quiz.kind, quiz.item, quiz.max_points) == (*QUIZ, 3)
    told = {name: desk.lms.items[conv.url][name] for name in ("label", "scoreMaximum", "resourceId", "tag")}
    assert told == {
        "label": "Pointwise conv",
        "scoreMaximum": 4,
        "resourceId": "exercise:pointwise-conv",
        "tag": "grade",
    }
    assert desk.read(lambda uow: uow.line_items.of_context(desk.context.id)) == [conv, quiz]
    entry = desk.log()[-1]
    assert (entry.deed, entry.what, entry.detail["item"]) == ("lms.column_made", "Weights", "quiz:weights")


def test_a_column_is_made_once(desk: Desk) -> None:
    (first,) = desk.make(CONV)
    asked = len(desk.lms.asked)
    assert desk.make(CONV, CONV) == [first]
    assert len(desk.lms.asked) == asked
    assert len(desk.lms.items) == 1


def test_one_that_the_platform_has_already_is_found_again(desk: Desk) -> None:
    (first,) = desk.make(CONV)
    remove(desk, first)
    (again,) = desk.make(CONV)
    assert (again.id, again.url, again.removed) == (first.id, first.url, None)
    assert len(desk.lms.items) == 1


def test_the_column_of_a_link_is_the_items(desk: Desk) -> None:
    link = LineItem(0, desk.context.id, *CONV, f"{ITEMS}/link", "Conv", 4, resource_link="r")
    kept = desk.write(lambda uow: uow.line_items.put(link))
    assert desk.make(CONV) == [kept]
    assert desk.lms.items == {}


@pytest.mark.parametrize("family", [Family.MOODLE, Family.CANVAS, Family.OPEN_EDX])
def test_grades_that_there_are_go_into_a_new_column(desk: Desk, family: Family) -> None:
    desk.is_a(family)
    desk.knows("ada")
    desk.grade("ada", 3)
    desk.grade("bob", 2)
    (conv,) = desk.make(CONV)
    desk.dispatch()
    assert desk.shown("ada", replace(conv, url=conv.url.partition("?")[0])) == 3
    assert len(desk.lms.scores) == 1, "nobody whom the platform does not know"


def test_those_before_the_one_that_fails_are_made_and_once_more_makes_the_rest(desk: Desk) -> None:
    desk.lms.wrong = lambda method, _: Reply(500) if method == "POST" and desk.lms.items else None
    with pytest.raises(Unavailable, match="answered 500"):
        desk.make(CONV, BOTTLENECK)
    assert [each.item for each in desk.read(lambda uow: uow.line_items.of_context(desk.context.id))] == [CONV[1]]
    desk.lms.wrong = lambda *_: None
    assert len(desk.make(CONV, BOTTLENECK)) == len(desk.lms.items) == 2


def test_an_item_that_the_lesson_does_not_have_makes_none_of_them(desk: Desk) -> None:
    with pytest.raises(Invalid, match="nonesuch"):
        desk.make(CONV, (ItemKind.QUIZ, "nonesuch"))
    assert desk.lms.asked == []


def test_a_removed_column_is_sent_nothing_more_and_catches_up_when_it_is_made_again(desk: Desk) -> None:
    desk.knows("ada")
    (conv,) = desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    remove(desk, conv)
    desk.grade("ada", 1)
    assert desk.dispatch() == 0
    assert (desk.shown("ada", conv), desk.log()[-2].deed) == (3, "lms.column_removed")
    desk.make(CONV)
    desk.dispatch()
    assert desk.shown("ada", conv) == 1


def test_only_instructors_make_and_remove_and_only_what_is_their_courses(desk: Desk) -> None:
    (conv,) = desk.make(CONV)
    with pytest.raises(Forbidden, match="connect other systems"):
        desk.make(QUIZ, user=desk.world["ada"])
    with pytest.raises(Forbidden, match="connect other systems"):
        remove(desk, conv, "bob")
    with pytest.raises(NotFound, match="you are in"):
        remove(desk, conv, "zoe")
    with pytest.raises(NotFound, match="no column 77 in an LMS"):
        remove(desk, replace(conv, id=77))
    with pytest.raises(NotFound, match="no course 77 of an LMS"):
        desk.make(QUIZ, context_id=77)


def test_a_column_that_shows_another_item_since_is_sent_that_items_grades(desk: Desk) -> None:
    desk.knows("ada", "bob")
    (conv,) = desk.make(CONV)
    desk.grade("ada", 3)
    desk.grade("bob", 3)
    desk.grade("ada", 2, BOTTLENECK)
    desk.dispatch()
    desk.write(lambda uow: uow.line_items.put(replace(conv, item=BOTTLENECK[1])))
    assert desk.resend() == 2
    desk.dispatch()
    assert (desk.shown("ada", conv), desk.shown("bob", conv)) == (2, None)


def test_a_course_that_was_let_go_and_is_connected_again_catches_up(desk: Desk) -> None:
    desk.knows("ada")
    (conv,) = desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    desk.write(lambda uow: uow.platforms.unbind(desk.context.id))
    desk.grade("ada", 1)
    assert desk.dispatch() == 0
    make_uow, clock = desk.world.make_uow, desk.world.clock
    code, _ = connect.new_code(make_uow(), clock, user=desk.world["ian"], course_slug="spring")
    connect.bind(make_uow(), clock, context_id=desk.context.id, code=code)
    desk.dispatch()
    assert desk.shown("ada", conv) == 1


def remove(desk: Desk, column: LineItem, login: str = "ian") -> None:
    columns.remove_column(
        desk.world.make_uow,
        desk.world.clock,
        user=desk.world[login],
        course_slug="spring",
        line_item_id=column.id,
    )
