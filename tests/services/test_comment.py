"""What the staff says to a student about a submission: who may, who sees it, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.services.comment import LONGEST, comment, comments, withdraw

if TYPE_CHECKING:
    from grader.domain.audit import Entry
    from grader.domain.comment import Comment
    from tests.services.conftest import World

SOURCE = b"a = 1\nb = 2\n"


def say(world: World, number: int, text: str = "Why 2?", *, line: int | None = 2, login: str = "ian") -> Comment:
    user = world[login]
    return comment(world.make_uow(), world.clock, user=user, submission_id=number, line=line, text=text)


def take_back(world: World, number: int, made: Comment, login: str = "ian") -> None:
    withdraw(world.make_uow(), world.clock, user=world[login], submission_id=number, comment_id=made.id)


def seen(world: World, number: int, login: str) -> list[str]:
    return [each.text for each in comments(world.make_uow(), user=world[login], submission_id=number)]


def log(world: World) -> list[Entry]:
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
        assert course
        return list(uow.audit.of_course(course.id, Filter(), 10))


@pytest.fixture
def number(world: World) -> int:
    return world.submit(data=SOURCE).id


class TestSaying:
    def test_student_and_staff_see_it_in_the_order_of_lines(self, world: World, number: int) -> None:
        for text, line in (("On the last.", 2), ("On all.", None), ("On the first.", 1)):
            say(world, number, text, line=line)
        for login in ("ada", "ian"):
            assert seen(world, number, login) == ["On all.", "On the first.", "On the last."]

    def test_lines_end_in_one_way_and_nothing_blank_stands_around(self, world: World, number: int) -> None:
        assert say(world, number, "  one\r\n\r\ntwo \n").text == "one\n\ntwo"

    def test_it_is_noted_who_said_what(self, world: World, number: int) -> None:
        made = say(world, number)
        [entry] = log(world)
        assert (entry.deed, entry.what, entry.user_id) == ("comment.made", f"submission {number}", world["ada"].id)
        assert entry.detail == {"comment": str(made.id), "line": "2", "text": "Why 2?"}

    @pytest.mark.parametrize("text", ["", " \r\n", "x" * (LONGEST + 1)])
    def test_nothing_and_too_much_is_refused(self, world: World, number: int, text: str) -> None:
        with pytest.raises(Invalid) as caught:
            say(world, number, text)
        assert caught.value.field == "text"

    def test_a_long_one_is_taken(self, world: World, number: int) -> None:
        assert len(say(world, number, "x" * LONGEST).text) == LONGEST

    @pytest.mark.parametrize("line", [0, -1, 3, 10**9])
    def test_a_line_must_be_there(self, world: World, number: int, line: int) -> None:
        with pytest.raises(Invalid, match="the source has 2"):
            say(world, number, line=line)

    def test_a_student_comments_neither_on_their_own_nor_on_anothers(self, world: World, number: int) -> None:
        with pytest.raises(Forbidden):
            say(world, number, login="ada")
        for login in ("bob", "zoe"):
            with pytest.raises(NotFound):
                say(world, number, login=login)
        assert seen(world, number, "ian") == []


class TestTakingBack:
    def test_the_student_sees_it_no_more_and_the_staff_that_it_was(self, world: World, number: int) -> None:
        take_back(world, number, say(world, number))
        assert seen(world, number, "ada") == []
        [kept] = comments(world.make_uow(), user=world["ian"], submission_id=number)
        assert (kept.text, kept.withdrawn) == ("Why 2?", world.clock.now())

    def test_it_is_noted_with_what_was_said(self, world: World, number: int) -> None:
        made = say(world, number)
        take_back(world, number, made)
        entry = log(world)[0]
        assert entry.deed == "comment.withdrawn"
        assert entry.detail == {"comment": str(made.id), "by": "ian", "text": "Why 2?"}

    def test_twice_is_a_conflict_and_noted_once(self, world: World, number: int) -> None:
        made = say(world, number)
        take_back(world, number, made)
        with pytest.raises(Conflict):
            take_back(world, number, made)
        assert len(log(world)) == 2

    def test_no_student_does_it(self, world: World, number: int) -> None:
        made = say(world, number)
        with pytest.raises(Forbidden):
            take_back(world, number, made, "ada")
        with pytest.raises(NotFound):
            take_back(world, number, made, "bob")

    def test_it_must_be_of_this_submission(self, world: World, number: int) -> None:
        made = say(world, number)
        with pytest.raises(NotFound):
            take_back(world, world.submit("bob").id, made)
        assert seen(world, number, "ada") == ["Why 2?"]


@pytest.mark.parametrize("login", ["bob", "zoe"])
def test_others_hear_nothing(world: World, number: int, login: str) -> None:
    say(world, number)
    with pytest.raises(NotFound):
        seen(world, number, login)
