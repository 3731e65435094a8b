"""A draft is kept whatever is in it, and what is wrong with it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Invalid, NotFound, TooLarge
from grader.services import drafts

if TYPE_CHECKING:
    from tests.services.conftest import World


def save(world: World, source: str, login: str = "ada", exercise: str = "pointwise-conv") -> Invalid | None:
    return drafts.save(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=world[login],
        course_slug="spring",
        exercise_slug=exercise,
        source=source,
    )


def kept(world: World, login: str = "ada", exercise: str = "pointwise-conv") -> str | None:
    found = drafts.load(world.make_uow(), user=world[login], course_slug="spring", exercise_slug=exercise)
    return found.source if found else None


def test_the_latest_is_kept_for_each_student_and_exercise(world: World) -> None:
    assert kept(world) is None
    for source in ("x = 1", "x = 2"):
        assert save(world, source) is None
    save(world, "x = 3", exercise="bottleneck")
    save(world, "x = 4", login="bob")
    assert (kept(world), kept(world, exercise="bottleneck"), kept(world, "bob")) == ("x = 2", "x = 3", "x = 4")


@pytest.mark.parametrize(("source", "problem"), [("x = = 1", "syntax error in line 1"), ("", "the source is empty")])
def test_what_could_not_be_handed_in_is_kept_and_told(world: World, source: str, problem: str) -> None:
    told = save(world, source)
    assert problem in str(told)
    assert kept(world) == source


def test_a_draft_that_is_too_large_is_refused(world: World) -> None:
    save(world, "x = 1")
    with pytest.raises(TooLarge):
        save(world, "#" * (257 * 1024))
    assert kept(world) == "x = 1"


def test_what_no_database_keeps_is_refused(world: World) -> None:
    save(world, "x = 1")
    with pytest.raises(Invalid, match="NUL byte in line 2"):
        save(world, "x = 2\n\0")
    assert kept(world) == "x = 1"


def test_the_line_of_a_mistake_is_told(world: World) -> None:
    told = save(world, "x = 1\ny = = 2\n")
    assert told
    assert told.line == 2


def test_a_stranger_has_no_draft(world: World) -> None:
    with pytest.raises(NotFound):
        save(world, "x = 1", login="zoe")
