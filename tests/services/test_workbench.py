"""What lies on the bench of who works at an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NotFound
from grader.services import drafts
from grader.services.workbench import MOST, workbench

if TYPE_CHECKING:
    from grader.services.workbench import Workbench
    from tests.services.conftest import World


def bench(world: World, login: str = "ada", exercise: str = "pointwise-conv", origin: int | None = None) -> Workbench:
    return workbench(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=world[login],
        course_slug="spring",
        exercise_slug=exercise,
        origin_id=origin,
    )


def draft(world: World, source: str) -> None:
    drafts.save(
        world.make_uow(),
        world.clock,
        world.catalogue,
        user=world["ada"],
        course_slug="spring",
        exercise_slug="pointwise-conv",
        source=source,
    )


def test_who_begins_finds_the_starter(world: World) -> None:
    assert bench(world).source == "class PointwiseConv2d: ..."


def test_what_was_written_last_is_there_drafted_or_handed_in(world: World) -> None:
    draft(world, "drafted = 1")
    assert bench(world).source == "drafted = 1"
    world.clock.advance(seconds=1)
    world.submit(data=b"handed_in = 1")
    assert bench(world).source == "handed_in = 1"
    world.clock.advance(seconds=1)
    draft(world, "drafted = 2")
    assert bench(world).source == "drafted = 2"


def test_an_empty_draft_is_one(world: World) -> None:
    draft(world, "")
    assert bench(world).source == ""


@pytest.mark.parametrize("login", ["ada", "ian"])
def test_one_goes_on_from_an_earlier_one_that_one_may_see(world: World, login: str) -> None:
    early = world.submit(data=b"early = 1")
    world.submit(data=b"late = 1")
    assert bench(world, login, origin=early.id).source == "early = 1"


@pytest.mark.parametrize(("login", "exercise"), [("bob", "pointwise-conv"), ("ada", "bottleneck")])
def test_nobody_takes_what_is_not_theirs_or_not_of_this_exercise(world: World, login: str, exercise: str) -> None:
    number = world.submit("ada").id
    with pytest.raises(NotFound, match=f"there is no submission {number}"):
        bench(world, login, exercise, origin=number)


def test_only_ones_own_attempts_at_this_exercise_are_listed_the_newest(world: World) -> None:
    world.submit("bob")
    world.submit("ada", "bottleneck")
    own = [world.submit("ada").id for _ in range(MOST + 1)]
    assert [line.submission.id for line in bench(world).lines] == own[:0:-1]
