"""Whose work is compared with whose, who may look, and that a class is compared once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden, NotFound
from grader.domain.people import Role
from grader.services import similarity
from grader.services.class_passages import class_passages
from grader.services.enrol import add_course, add_user, enrol
from tests.fakes import FakeCatalogue, an_exercise
from tests.services.test_rerun import graded
from tests.similarity.disguises import in_all_ways, renamed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.people import User
    from grader.domain.submission import Submission
    from tests.services.conftest import World

SOLUTIONS = Path(__file__).parents[1] / "solutions" / "pointwise-conv"
EINSUM, DOT, LOOP = (
    (SOLUTIONS / f"right_{name}.py").read_text(encoding="utf-8") for name in ("einsum", "tensordot", "loop_over_inputs")
)


def join(world: World, login: str, role: Role = Role.STUDENT) -> User:
    world.people[login] = add_user(world.make_uow(), login=login, name=login.capitalize())
    with world.make_uow().reading() as uow:
        course = uow.courses.by_slug("spring")
    assert course
    enrol(world.make_uow(), user=world[login], course=course, role=role)
    return world[login]


def hand_in(world: World, login: str, source: str) -> Submission:
    return world.submit(login, data=source.encode())


def similar(world: World, login: str = "ian") -> similarity.Similarity:
    return similarity.similar(
        world.make_uow(), world.catalogue, user=world[login], course_slug="spring", exercise_slug="pointwise-conv"
    )


def beside(world: World, one: Submission, other: Submission, login: str = "ian") -> similarity.SideBySide:
    return similarity.side_by_side(
        world.make_uow(), world.catalogue, user=world[login], course_slug="spring", one_id=one.id, other_id=other.id
    )


def logins(found: similarity.Similarity) -> Sequence[tuple[str, str]]:
    return [(alike.one.student.login, alike.other.student.login) for alike in found.pairs]


class TestList:
    def test_a_copy_is_told_of_whatever_its_looks_and_others_are_not(self, world: World) -> None:
        join(world, "cid")
        for login, source in (("ada", EINSUM), ("bob", in_all_ways(EINSUM)), ("cid", DOT)):
            hand_in(world, login, source)
        found = similar(world)
        assert (logins(found), found.compared) == ([("ada", "bob")], 3)

    def test_those_most_alike_come_first(self, world: World) -> None:
        join(world, "cid")
        for login, source in (("ada", EINSUM), ("bob", in_all_ways(EINSUM)), ("cid", renamed(EINSUM))):
            hand_in(world, login, source)
        found = similar(world)
        assert logins(found)[0] == ("ada", "cid")
        assert found.pairs[0].pair.share == 1

    def test_nobody_is_compared_with_themselves(self, world: World) -> None:
        hand_in(world, "ada", EINSUM)
        hand_in(world, "ada", EINSUM)
        assert similar(world).compared == 1

    def test_what_counts_is_compared_not_what_came_after(self, world: World) -> None:
        hand_in(world, "ada", EINSUM)
        hand_in(world, "bob", EINSUM)
        graded(world)
        hand_in(world, "bob", LOOP)
        assert logins(similar(world)) == [("ada", "bob")]

    def test_who_changed_nothing_of_the_starter_is_alike_to_nobody(self, world: World) -> None:
        world.catalogue = FakeCatalogue([an_exercise(starter=EINSUM)])
        hand_in(world, "ada", EINSUM)
        hand_in(world, "bob", renamed(EINSUM))
        assert logins(similar(world)) == []

    def test_staff_who_try_it_out_are_not_in_it(self, world: World) -> None:
        hand_in(world, "ada", EINSUM)
        hand_in(world, "ian", EINSUM)
        assert similar(world).compared == 1

    def test_what_the_whole_class_has_says_nothing(self, world: World) -> None:
        for number in range(12):
            join(world, f"s{number}")
            hand_in(world, f"s{number}", EINSUM)
        assert logins(similar(world)) == []

    def test_students_and_strangers_do_not_see_it(self, world: World) -> None:
        with pytest.raises(Forbidden):
            similar(world, "ada")
        with pytest.raises(NotFound):
            similar(world, "zoe")

    def test_an_exercise_must_be_there(self, world: World) -> None:
        world.catalogue = FakeCatalogue([an_exercise("other")])
        with pytest.raises(NotFound):
            similar(world)


class TestSideBySide:
    def test_passages_are_told_in_lines_of_both(self, world: World) -> None:
        one, other = hand_in(world, "ada", EINSUM), hand_in(world, "bob", f"\n\n{renamed(EINSUM)}")
        found = beside(world, one, other)
        assert found.share == 1
        assert {passage.other.first - passage.one.first for passage in found.passages} == {2}
        assert (found.one.student, found.other.submission) == (world["ada"], other)

    def test_earlier_attempts_may_be_compared_too(self, world: World) -> None:
        old = hand_in(world, "ada", EINSUM)
        hand_in(world, "ada", DOT)
        assert beside(world, old, hand_in(world, "bob", EINSUM)).share == 1

    def test_what_is_too_short_has_no_share(self, world: World) -> None:
        found = beside(world, hand_in(world, "ada", "x = 1"), hand_in(world, "bob", "x = 1"))
        assert (found.share, found.passages) == (None, [])

    def test_they_are_of_two_students_one_exercise_and_this_course(self, world: World) -> None:
        mine, mine_too = hand_in(world, "ada", EINSUM), hand_in(world, "ada", EINSUM)
        elsewhere = world.submit("bob", "bottleneck", EINSUM.encode())
        autumn = add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
        with world.make_uow().writing() as uow:
            seat = uow.enrolments.add(world["zoe"].id, autumn.id, Role.STUDENT)
            others = uow.submissions.add(seat.id, "pointwise-conv", EINSUM, submitted=world.clock.now())
            uow.commit()
        for other in (mine_too, elsewhere, others):
            with pytest.raises(NotFound):
                beside(world, mine, other)

    def test_students_and_strangers_do_not_see_it(self, world: World) -> None:
        one, other = hand_in(world, "ada", EINSUM), hand_in(world, "bob", EINSUM)
        with pytest.raises(Forbidden):
            beside(world, one, other, "ada")
        with pytest.raises(NotFound):
            beside(world, one, other, "zoe")


def test_a_class_is_compared_once_until_something_else_is_handed_in(world: World) -> None:
    work = [hand_in(world, login, EINSUM) for login in ("ada", "bob")]
    starter = frozenset({17})
    found = class_passages(work, starter)
    assert len(found.pairs) == 1
    assert class_passages(list(work), starter) is found
    assert class_passages([work[0], hand_in(world, "bob", DOT)], starter).pairs == []
    assert class_passages([work[0], replace(work[1], source=DOT)], starter).pairs == []
    assert class_passages(work, frozenset({18})) is not found
