"""What platforms and line items promise, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from grader.domain.errors import Conflict, NotFound
from grader.domain.lms.delivery import DeliveryState, Kind
from grader.domain.lms.platform import Context, Family, LineItem, Member, Platform
from grader.domain.lms.score import ScoreState
from grader.domain.people import Role
from grader.domain.scoring import Grade, ItemKind
from grader.storage import unit_of_work_factory
from grader.storage.tables import DeliveryRow, ScoreStateRow
from tests.fakes import NOON
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.storage.databases import Enrolled, MakeUow

LATER = NOON + timedelta(minutes=10)


@pytest.fixture
def make_uow(engine: Engine) -> MakeUow:
    return unit_of_work_factory(engine)


@pytest.fixture
def ada(make_uow: MakeUow) -> Enrolled:
    return enrolled(make_uow)


def a_platform(key: str = "k1", **fields: Any) -> Platform:  # noqa: ANN401 - fields of Platform
    blank = Platform(
        id=0,
        key=key,
        course_id=None,
        name="Moodle",
        family=Family.MOODLE,
        issuer="https://moodle.example",
        client_id="c",
        auth_url="https://moodle.example/auth",
        token_url="https://moodle.example/token",  # noqa: S106 - an address
        jwks_url="https://moodle.example/keys",
        made=NOON,
    )
    return replace(blank, **fields)


def a_context(platform: Platform, key: str = "7", **fields: Any) -> Context:  # noqa: ANN401 - fields of Context
    return replace(Context(0, platform.id, "d1", key, "Networks", None), **fields)


def a_line_item(context: Context, url: str = "https://moodle.example/1", **fields: Any) -> LineItem:  # noqa: ANN401 - fields of LineItem
    return replace(LineItem(0, context.id, ItemKind.EXERCISE, "conv", url, "Conv", 10, made=NOON), **fields)


def connected(make_uow: MakeUow, key: str = "k1", **fields: Any) -> tuple[Platform, Context]:  # noqa: ANN401 - fields of Platform
    """Keep a platform and a course of its."""
    with make_uow().writing() as uow:
        platform = uow.platforms.add(a_platform(key, **fields))
        context = uow.platforms.put_context(a_context(platform))
        uow.commit()
    return platform, context


def a_grade(who: Enrolled, kind: ItemKind, item: str) -> Grade:
    return Grade(who.enrolment.id, kind, item, Fraction(7, 2), 10, attempt_id=None, attempts=1)


def a_delivery(line_item: LineItem, who: Enrolled, state: DeliveryState = DeliveryState.WAITING) -> dict[str, object]:
    return {
        "course_id": who.course.id,
        "kind": Kind.LTI_AGS,
        "line_item_id": line_item.id,
        "enrolment_id": who.enrolment.id,
        "state": state,
        "attempts": 1,
        "made": NOON,
        "next_attempt": NOON,
        "note": "",
    }


class TestPlatforms:
    def test_a_platform_comes_back_as_it_was_kept(self, make_uow: MakeUow, ada: Enrolled) -> None:
        told = a_platform(course_id=ada.course.id, audience="aud", deployments=("1", "2"), failing=LATER)
        with make_uow().writing() as uow:
            kept = uow.platforms.add(told)
            uow.commit()
        assert kept == replace(told, id=kept.id)
        with make_uow().reading() as uow:
            assert uow.platforms.get(kept.id) == uow.platforms.by_key("k1") == kept
            assert uow.platforms.by_key("k2") is None
            with pytest.raises(NotFound, match="no platform 4711"):
                uow.platforms.get(4711)

    def test_a_key_that_is_taken_is_a_conflict_and_the_work_goes_on(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            uow.platforms.add(a_platform())
            with pytest.raises(Conflict, match="k1"):
                uow.platforms.add(a_platform(name="Another"))
            uow.platforms.add(a_platform("k2"))
            uow.commit()

    def test_platforms_of_the_operator_stand_apart_from_a_courses(self, make_uow: MakeUow, ada: Enrolled) -> None:
        with make_uow().writing() as uow:
            own = [uow.platforms.add(a_platform(key, course_id=ada.course.id)) for key in ("k1", "k2")]
            all_courses = uow.platforms.add(a_platform("k3"))
            assert uow.platforms.of_course(ada.course.id) == own
            assert uow.platforms.of_course(None) == [all_courses]

    def test_a_removed_platform_answers_at_no_address_and_stands_in_no_list(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        removed = replace(platform, removed=LATER)
        with make_uow().writing() as uow:
            uow.platforms.change(removed)
            assert uow.platforms.by_key("k1") is None
            assert uow.platforms.of_course(None) == []
            assert uow.platforms.get(platform.id) == removed

    def test_a_platform_is_kept_over_what_it_was(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        changed = replace(platform, name="Canvas", family=Family.CANVAS, deployments=("1", "2"))
        with make_uow().writing() as uow:
            uow.platforms.change(changed)
            with pytest.raises(NotFound):
                uow.platforms.change(replace(changed, id=4711))
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.platforms.get(platform.id) == changed

    def test_it_fails_since_the_first_failure_until_a_score_arrives(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        with make_uow().writing() as uow:
            assert uow.platforms.failed(platform.id, NOON) == NOON
            assert uow.platforms.failed(platform.id, LATER) == NOON
            assert uow.platforms.get(platform.id).failing == NOON
            uow.platforms.arrived(platform.id)
            assert uow.platforms.get(platform.id).failing is None
            assert uow.platforms.failed(platform.id, LATER) == LATER

    def test_the_first_deployment_that_launches_is_kept_and_no_other(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        with make_uow().writing() as uow:
            assert [uow.platforms.take_deployment(platform.id, each) for each in ("1", "2", "1")] == [True, False, True]
            assert uow.platforms.get(platform.id).deployments == ("1",)

    def test_whose_software_it_is_is_kept_and_a_removal_stays(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        with make_uow().writing() as uow:
            seen = uow.platforms.get(platform.id)
            uow.platforms.change(replace(seen, removed=NOON))
            uow.platforms.set_family(platform.id, Family.BLACKBOARD)
            assert uow.platforms.get(platform.id) == replace(seen, removed=NOON, family=Family.BLACKBOARD)

    def test_all_deployments_that_were_told_are_good(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow, deployments=("1", "2"))
        with make_uow().writing() as uow:
            assert [uow.platforms.take_deployment(platform.id, each) for each in ("1", "2", "3")] == [True, True, False]


class TestContexts:
    def test_a_course_comes_back_as_it_was_told(self, make_uow: MakeUow) -> None:
        platform, _ = connected(make_uow)
        told = a_context(platform, "8", line_items_url="https://l", members_url="https://m", scopes=("s1", "s2"))
        with make_uow().writing() as uow:
            kept = uow.platforms.put_context(told)
            assert kept == uow.platforms.context(kept.id) == replace(told, id=kept.id)
            with pytest.raises(NotFound):
                uow.platforms.context(4711)

    def test_a_platform_of_one_course_has_all_its_courses_bound_to_it(self, make_uow: MakeUow, ada: Enrolled) -> None:
        platform, context = connected(make_uow, course_id=ada.course.id)
        assert context.course_id == ada.course.id
        with make_uow().reading() as uow:
            assert uow.platforms.contexts(ada.course.id) == [(context, platform)]

    def test_an_operators_platform_has_its_courses_bound_once(self, make_uow: MakeUow, ada: Enrolled) -> None:
        autumn = enrolled(make_uow, slug="autumn", login="bob").course
        _, context = connected(make_uow)
        assert context.course_id is None
        with make_uow().writing() as uow:
            assert uow.platforms.bind(context.id, ada.course.id)
            assert not uow.platforms.bind(context.id, autumn.id)
            assert uow.platforms.context(context.id).course_id == ada.course.id
            uow.platforms.unbind(context.id)
            assert uow.platforms.contexts(ada.course.id) == []
            assert uow.platforms.bind(context.id, autumn.id)

    def test_what_a_launch_leaves_empty_stays_as_it_was(self, make_uow: MakeUow, ada: Enrolled) -> None:
        platform, first = connected(make_uow)
        with make_uow().writing() as uow:
            uow.platforms.bind(first.id, ada.course.id)
            uow.platforms.put_context(a_context(platform, line_items_url="https://l", scopes=("s",)))
            uow.platforms.synced(first.id, NOON, "12 read")
            uow.platforms.put_context(a_context(platform, deployment="", title="", members_url="https://m"))
            uow.platforms.put_context(a_context(platform, deployment="", title=""))
            kept = uow.platforms.put_context(a_context(platform, title="Nets"))
            uow.commit()
        assert kept == replace(
            first,
            title="Nets",
            course_id=ada.course.id,
            line_items_url="https://l",
            members_url="https://m",
            scopes=("s",),
            synced=NOON,
            sync_note="12 read",
        )

    def test_a_title_that_no_database_can_hold_is_kept_as_well_as_may_be(self, make_uow: MakeUow) -> None:
        platform, first = connected(make_uow)
        with make_uow().writing() as uow:
            kept = [uow.platforms.put_context(a_context(platform, title="a\0b")) for _ in range(2)]
        assert kept == [replace(first, title="a\ufffdb")] * 2

    def test_courses_of_removed_platforms_are_left_out(self, make_uow: MakeUow, ada: Enrolled) -> None:
        gone, _ = connected(make_uow, course_id=ada.course.id)
        platform, context = connected(make_uow, "k2", course_id=ada.course.id)
        with make_uow().writing() as uow:
            uow.platforms.change(replace(gone, removed=LATER))
            assert uow.platforms.contexts(ada.course.id) == [(context, platform)]


class TestMembers:
    def test_members_come_by_subject_whoever_orders_them(self, make_uow: MakeUow) -> None:
        _, context = connected(make_uow)
        users = [enrolled(make_uow, login).user for login in ("ada", "bob", "cleo")]
        told = [Member(context.id, subject, user.id) for subject, user in zip(("b", "B", "a"), users, strict=True)]
        with make_uow().writing() as uow:
            for member in told:
                uow.platforms.put_member(member)
            assert [member.subject for member in uow.platforms.members(context.id)] == ["B", "a", "b"]
            assert uow.platforms.member_of(context.id, users[0].id) == told[0]
            assert uow.platforms.member_of(context.id, 4711) is None

    def test_a_member_is_kept_over_what_was_known(self, make_uow: MakeUow, ada: Enrolled) -> None:
        _, context = connected(make_uow)
        ended = Member(context.id, "s1", ada.user.id, ended=NOON)
        with make_uow().writing() as uow:
            for member in (replace(ended, ended=None), ended):
                uow.platforms.put_member(member)
                assert uow.platforms.members(context.id) == [member]

    def test_a_user_who_gets_a_new_subject_loses_the_old_one(self, make_uow: MakeUow, ada: Enrolled) -> None:
        platform, context = connected(make_uow)
        with make_uow().writing() as uow:
            for subject in ("s1", "s2"):
                uow.platforms.put_member(Member(context.id, subject, ada.user.id))
            assert uow.platforms.members(context.id) == [Member(context.id, "s2", ada.user.id)]
            assert uow.platforms.user_of(platform.id, "s1") is None

    def test_a_subject_may_become_another_user(self, make_uow: MakeUow, ada: Enrolled) -> None:
        _, context = connected(make_uow)
        bob = enrolled(make_uow, "bob").user
        with make_uow().writing() as uow:
            uow.platforms.put_member(Member(context.id, "s1", ada.user.id))
            uow.platforms.put_member(Member(context.id, "s2", bob.id))
            uow.platforms.put_member(Member(context.id, "s1", bob.id))
            assert uow.platforms.members(context.id) == [Member(context.id, "s1", bob.id)]

    def test_who_came_by_one_course_of_a_platform_is_known_in_all(self, make_uow: MakeUow, ada: Enrolled) -> None:
        platform, context = connected(make_uow)
        other, _ = connected(make_uow, "k2")
        with make_uow().writing() as uow:
            uow.platforms.put_context(a_context(platform, "8"))
            uow.platforms.put_member(Member(context.id, "s1", ada.user.id, ended=NOON))
            assert uow.platforms.user_of(platform.id, "s1") == ada.user.id
            assert uow.platforms.user_of(other.id, "s1") is None


class TestLineItems:
    def test_a_line_item_comes_back_as_it_was_kept(self, make_uow: MakeUow) -> None:
        _, context = connected(make_uow)
        told = a_line_item(context, resource_link="r")
        with make_uow().writing() as uow:
            kept = uow.line_items.put(told)
            assert kept == uow.line_items.get(kept.id) == replace(told, id=kept.id)
            with pytest.raises(NotFound, match="no line item 4711"):
                uow.line_items.get(4711)

    def test_one_with_the_same_address_is_changed_and_lives_again(self, make_uow: MakeUow) -> None:
        _, context = connected(make_uow)
        with make_uow().writing() as uow:
            kept = uow.line_items.put(a_line_item(context))
            uow.line_items.remove(kept.id, NOON)
            uow.line_items.remove(kept.id, LATER)
            assert uow.line_items.get(kept.id).removed == NOON
            told = a_line_item(context, kind=ItemKind.QUIZ, item="weights", max_points=4)
            assert uow.line_items.put(told) == replace(told, id=kept.id)
            assert uow.line_items.of_context(context.id) == [replace(told, id=kept.id)]

    def test_two_courses_of_a_platform_may_share_an_address(self, make_uow: MakeUow) -> None:
        platform, context = connected(make_uow)
        with make_uow().writing() as uow:
            other = uow.platforms.put_context(a_context(platform, "8"))
            first, second = (uow.line_items.put(a_line_item(each)) for each in (context, other))
            assert [uow.line_items.of_context(each.id) for each in (context, other)] == [[first], [second]]

    def test_a_course_has_those_of_all_platforms_but_for_what_was_removed(
        self, make_uow: MakeUow, ada: Enrolled
    ) -> None:
        here = [connected(make_uow, key, course_id=ada.course.id) for key in ("k1", "k2", "k3")]
        _, elsewhere = connected(make_uow, "k4")
        with make_uow().writing() as uow:
            kept = [uow.line_items.put(a_line_item(context)) for _, context in here]
            uow.line_items.put(a_line_item(elsewhere))
            removed = uow.line_items.put(a_line_item(here[0][1], "https://moodle.example/2"))
            uow.line_items.remove(removed.id, LATER)
            uow.platforms.change(replace(here[1][0], removed=LATER))
            assert uow.line_items.of_course(ada.course.id) == [kept[0], kept[2]]
            assert uow.line_items.of_context(here[0][1].id) == [kept[0]]


class TestScores:
    def test_a_line_item_knows_nothing_until_something_was_taken(self, make_uow: MakeUow, ada: Enrolled) -> None:
        _, context = connected(make_uow)
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            assert uow.line_items.state(column.id, ada.enrolment.id) == ScoreState(column.id, ada.enrolment.id)
            assert uow.line_items.states(column.id) == uow.line_items.states_of(ada.enrolment.id) == []

    def test_what_was_taken_last_is_known_exactly(self, make_uow: MakeUow, ada: Enrolled) -> None:
        _, context = connected(make_uow)
        bob = enrolled(make_uow, "bob").enrolment
        with make_uow().writing() as uow:
            first, second = (uow.line_items.put(a_line_item(context, url)) for url in ("https://1", "https://2"))
            uow.line_items.confirm(first.id, bob.id, Fraction(1, 3), 10, NOON)
            uow.line_items.confirm(first.id, ada.enrolment.id, Fraction(7, 2), 10, NOON)
            uow.line_items.confirm(second.id, ada.enrolment.id, Fraction(2), 10, NOON)
            uow.line_items.confirm(second.id, ada.enrolment.id, None, 12, LATER)
            adas = [
                ScoreState(first.id, ada.enrolment.id, points=Fraction(7, 2), max_points=10, confirmed=NOON),
                ScoreState(second.id, ada.enrolment.id, points=None, max_points=12, confirmed=LATER),
            ]
            assert uow.line_items.states_of(ada.enrolment.id) == adas
            assert [state.enrolment_id for state in uow.line_items.states(first.id)] == [ada.enrolment.id, bob.id]
            assert uow.line_items.state(second.id, ada.enrolment.id) == adas[1]

    def test_only_the_delivery_that_holds_the_pair_stamps_it(
        self, engine: Engine, make_uow: MakeUow, ada: Enrolled
    ) -> None:
        _, context = connected(make_uow)
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            assert not uow.line_items.stamp(column.id, ada.enrolment.id, 5, NOON)
            uow.line_items.confirm(column.id, ada.enrolment.id, None, 10, NOON)
            assert not uow.line_items.stamp(column.id, ada.enrolment.id, 5, NOON)
            uow.commit()
        with engine.begin() as connection:
            connection.execute(update(ScoreStateRow).values(holder=5, lease=LATER))
        with make_uow().writing() as uow:
            assert not uow.line_items.stamp(column.id, ada.enrolment.id, 6, NOON)
            assert uow.line_items.stamp(column.id, ada.enrolment.id, 5, LATER)
            state = uow.line_items.state(column.id, ada.enrolment.id)
        assert (state.stamped, state.holder, state.lease) == (LATER, 5, LATER)

    def test_grades_that_a_new_column_was_never_sent_are_those_of_its_members_and_item(
        self, engine: Engine, make_uow: MakeUow, ada: Enrolled
    ) -> None:
        _, context = connected(make_uow, course_id=ada.course.id)
        bob, cleo, dora = (enrolled(make_uow, login) for login in ("bob", "cleo", "dora"))
        elsewhere = enrolled(make_uow, "zoe", slug="autumn")
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            for each in (ada, bob, cleo, elsewhere):
                uow.grades.put(a_grade(each, ItemKind.EXERCISE, "conv"))
                uow.grades.put(a_grade(each, ItemKind.EXERCISE, "pool"))
                uow.grades.put(a_grade(each, ItemKind.QUIZ, "conv"))
            for each in (ada, bob, dora, elsewhere):  # the platform doesn't know Cleo; Dora has no grade
                uow.platforms.put_member(Member(context.id, each.user.login, each.user.id))
            expected = [(each.enrolment.id, ItemKind.EXERCISE, "conv") for each in (ada, bob)]
            assert uow.line_items.without_delivery(column.id) == expected
            uow.commit()
        with make_uow().writing() as uow:
            uow.line_items.confirm(column.id, ada.enrolment.id, Fraction(7, 2), 10, NOON)
            assert uow.line_items.without_delivery(column.id) == expected[1:]
            uow.platforms.unbind(context.id)
            assert uow.line_items.without_delivery(column.id) == []

    @pytest.mark.parametrize(
        "case",
        [
            (DeliveryState.DELIVERED, Fraction(7, 2), False),
            (DeliveryState.DELIVERED, Fraction(3), True),  # what it had of another item, before it was this one's
            (DeliveryState.DELIVERED, None, True),
            (DeliveryState.WAITING, None, False),
            (DeliveryState.SENDING, Fraction(7, 2), True),  # what it says was read before now
            (DeliveryState.DEAD, Fraction(7, 2), True),
            (DeliveryState.SUPERSEDED, Fraction(7, 2), True),
        ],
    )
    def test_a_grade_is_missing_unless_it_arrived_last_or_waits(
        self, engine: Engine, make_uow: MakeUow, ada: Enrolled, case: tuple[DeliveryState, Fraction | None, bool]
    ) -> None:
        last, shown, is_missing = case
        _, context = connected(make_uow, course_id=ada.course.id)
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            uow.grades.put(a_grade(ada, ItemKind.EXERCISE, "conv"))
            uow.platforms.put_member(Member(context.id, "sub", ada.user.id))
            uow.line_items.confirm(column.id, ada.enrolment.id, shown, 10, NOON)
            uow.commit()
        with engine.begin() as connection:
            connection.execute(insert(DeliveryRow).values(a_delivery(column, ada, DeliveryState.DELIVERED)))
            connection.execute(insert(DeliveryRow).values(a_delivery(column, ada, last)))
        with make_uow().reading() as uow:
            assert bool(uow.line_items.without_delivery(column.id)) is is_missing
            is_doubtful = is_missing or last is DeliveryState.WAITING
            assert bool(uow.line_items.without_delivery(column.id, anew=True)) is is_doubtful
            assert [each.state for each in uow.line_items.newest(column.id)] == [last]

    def test_a_grade_that_is_gone_is_missing_while_the_platform_shows_it(
        self, make_uow: MakeUow, ada: Enrolled
    ) -> None:
        _, context = connected(make_uow, course_id=ada.course.id)
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            uow.platforms.put_member(Member(context.id, "sub", ada.user.id))
            assert uow.line_items.without_delivery(column.id) == []
            uow.line_items.confirm(column.id, ada.enrolment.id, Fraction(3), 10, NOON)
            assert uow.line_items.without_delivery(column.id) == [(ada.enrolment.id, ItemKind.EXERCISE, "conv")]
            uow.line_items.confirm(column.id, ada.enrolment.id, None, 10, NOON)
            assert uow.line_items.without_delivery(column.id) == []

    def test_who_left_or_teaches_is_sent_nothing(self, make_uow: MakeUow, ada: Enrolled) -> None:
        _, context = connected(make_uow, course_id=ada.course.id)
        bob = enrolled(make_uow, "bob")
        with make_uow().writing() as uow:
            column = uow.line_items.put(a_line_item(context))
            for each in (ada, bob):
                uow.grades.put(a_grade(each, ItemKind.EXERCISE, "conv"))
            uow.platforms.put_member(Member(context.id, "a", ada.user.id, ended=NOON))
            uow.platforms.put_member(Member(context.id, "b", bob.user.id))
            uow.enrolments.change(replace(bob.enrolment, role=Role.ASSISTANT))
            assert uow.line_items.without_delivery(column.id) == []
