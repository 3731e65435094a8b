"""What became of what a course told others: looked through by its staff, sent once more by its instructors."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, NotFound
from grader.domain.lms.delivery import Answer, DeliveryState, Kind, Try, Verdict
from grader.domain.lms.log import Wanted
from grader.domain.people import Role
from grader.services import deliveries, dispatch, endpoints
from grader.services.enrol import add_course, add_user, enrol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.log import Logged
    from grader.domain.people import User
    from tests.lms.posting import Post

HOST = "https://lms.example"


class Log:
    """What people of a course do with its log, and what happened before; nothing goes over a network."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.endpoint, _ = post.endpoint("https://hooks.example/")

    def happen(self, state: DeliveryState = DeliveryState.DEAD) -> Sequence[int]:
        """Let all that waits be tried once, with this end; return the numbers."""
        post, now = self.post, self.post.clock.now()
        claimed = dispatch.take(post.world.make_uow, post.clock, 50, 50)
        for each in claimed:
            post.write(lambda uow, e=each: uow.outbox.end(e.delivery, e.key, state, now=now, status=500, note="no"))  # type: ignore[misc]
            tried = Try(each.delivery.id, 1, now, Answer("POST /", 500, "because"), Verdict.DEAD)
            post.write(lambda uow, tried=tried: uow.outbox.add_try(tried))  # type: ignore[misc]
        return [each.delivery.id for each in claimed]

    def _who(self, login: str, course: str) -> dict[str, Any]:
        found = self.post.read(lambda uow: uow.users.by_login(login))
        assert found is not None
        return {"user": found, "course_slug": course}

    def page(self, wanted: Wanted | None = None, limit: int = 50, login: str = "ian") -> deliveries.Page:
        uow = self.post.world.make_uow()
        return deliveries.page(uow, wanted=wanted or Wanted(), limit=limit, **self._who(login, "spring"))

    def look(self, number: int, login: str = "ian", course: str = "spring") -> deliveries.Look:
        return deliveries.look(self.post.world.make_uow(), delivery_id=number, **self._who(login, course))

    def replay(self, number: int, login: str = "ian", course: str = "spring") -> Logged:
        uow = self.post.world.make_uow()
        return deliveries.replay(uow, self.post.clock, delivery_id=number, **self._who(login, course))

    def dead(self, login: str = "ian", **which: Any) -> int:  # noqa: ANN401 - the service's
        return deliveries.dead(self.post.world.make_uow(), **self._who(login, "spring"), **which).count

    def replay_dead(self, login: str = "ian", course: str = "spring", **which: Any) -> int:  # noqa: ANN401 - the same
        uow = self.post.world.make_uow()
        return deliveries.replay_dead(uow, self.post.clock, **self._who(login, course), **which)

    def kept(self, number: int) -> Delivery:
        return self.post.read(lambda uow: uow.outbox.get(number))

    def states(self) -> list[str]:
        """Return all states, oldest first."""
        return [each.delivery.state.value for each in reversed(self.page().found)]


@pytest.fixture
def log(post: Post) -> Log:
    return Log(post)


class TestLooking:
    def test_a_page_holds_the_newest_and_says_whether_older_ones_follow(self, log: Log) -> None:
        for _ in range(5):
            log.post.tell()
        first = log.page(limit=2)
        rest = log.page(Wanted(before=first.found[-1].delivery.id), limit=3)
        numbers = [[each.delivery.id for each in page.found] for page in (first, rest)]
        assert numbers == [[5, 4], [3, 2, 1]]
        assert (first.has_more, rest.has_more) == (True, False)
        assert first.targets.endpoints == {log.endpoint.id: "Receiver"}

    def test_a_page_names_whom_it_is_about_and_whom_it_goes_to(self, log: Log) -> None:
        log.post.column(HOST)
        log.post.tell()
        log.post.score()
        found = {each.delivery.kind: each for each in log.page().found}
        assert (found[Kind.WEBHOOK].target, found[Kind.WEBHOOK].login) == ("Receiver", "ada")
        assert (found[Kind.LTI_AGS].target, found[Kind.LTI_AGS].type) == ("Campus: Conv", None)
        assert list(log.page().targets.columns.values()) == ["Campus: Conv"]

    def test_only_what_is_wanted_is_there(self, log: Log) -> None:
        log.post.tell()
        (dead,) = log.happen()
        log.post.tell()
        found = [each.delivery.id for each in log.page(Wanted(state=DeliveryState.DEAD)).found]
        assert found == [dead]
        assert log.page(Wanted(login="bob")).found == []

    def test_a_look_shows_what_was_told_and_what_each_attempt_came_to(self, log: Log) -> None:
        event = log.post.tell({"points": 3})
        (number,) = log.happen()
        seen = log.look(number)
        assert seen.event is not None
        assert seen.event.key == event.key
        assert seen.event.data["student"] == "ada"
        assert [(tried.answer.status, tried.answer.body) for tried in seen.tries] == [(500, "because")]

    def test_a_look_at_a_score_shows_no_event(self, log: Log) -> None:
        log.post.column(HOST)
        log.post.score()
        assert log.look(log.page().found[0].delivery.id).event is None


class TestReplay:
    @pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.DELIVERED])
    def test_what_has_ended_waits_again_with_all_its_attempts(self, log: Log, state: DeliveryState) -> None:
        log.post.tell()
        (number,) = log.happen(state)
        log.post.clock.advance(hours=1)
        again = log.replay(number).delivery
        assert (again.state, again.attempts, again.next_attempt) == (DeliveryState.WAITING, 0, log.post.clock.now())
        assert again == log.kept(number)
        assert len(log.look(number).tries) == 1, "what was is not forgotten"

    def test_what_is_on_its_way_is_not_sent_twice(self, log: Log) -> None:
        log.post.tell()
        with pytest.raises(Conflict, match="on its way already"):
            log.replay(1)
        dispatch.take(log.post.world.make_uow, log.post.clock, 50, 50)
        with pytest.raises(Conflict, match="on its way already"):
            log.replay(1)

    def test_nothing_waits_for_a_receiver_that_was_removed(self, log: Log) -> None:
        log.post.tell()
        (number,) = log.happen()
        ian = log.post.world["ian"]
        given: dict[str, Any] = {"user": ian, "course_slug": "spring", "endpoint_id": log.endpoint.id}
        endpoints.remove(log.post.world.make_uow(), log.post.clock, **given)
        with pytest.raises(Conflict, match="Receiver was removed: nothing can be sent there any more"):
            log.replay(number)
        assert log.dead() == log.replay_dead() == 0
        assert log.kept(number).state is DeliveryState.DEAD

    def test_a_dead_score_gives_way_to_a_newer_one(self, log: Log) -> None:
        log.post.column(HOST)
        log.post.score(3)
        (old,) = log.happen()
        log.post.score(4)
        assert log.replay(old).delivery.state is DeliveryState.SUPERSEDED
        assert log.states() == ["superseded", "waiting"]


class TestReplayDead:
    def test_all_that_died_is_sent_again_and_nothing_else(self, log: Log) -> None:
        log.post.tell()
        log.happen(DeliveryState.DELIVERED)
        log.post.tell(), log.post.tell()
        log.happen()
        assert log.dead() == log.replay_dead() == 2
        assert log.states() == ["delivered", "waiting", "waiting"]
        assert log.replay_dead() == 0

    def test_since_a_moment_means_what_died_then_or_later(self, log: Log) -> None:
        log.post.tell()
        log.happen()
        log.post.clock.advance(minutes=1)
        since = log.post.clock.now()
        log.post.tell()
        log.happen()
        assert log.replay_dead(since=since + timedelta(seconds=1)) == log.dead(since=since + timedelta(seconds=1)) == 0
        assert log.dead(since=since) == log.replay_dead(since=since) == 1
        assert log.states() == ["dead", "waiting"]

    def test_one_receiver_is_spared_what_another_missed(self, log: Log) -> None:
        other, _ = log.post.endpoint("https://other.example/")
        column = log.post.column(HOST)
        log.post.tell()
        log.post.score()
        log.happen()
        assert log.dead(endpoint_id=other.id) == log.replay_dead(endpoint_id=other.id) == 1
        assert log.dead(line_item_id=column.id) == log.replay_dead(line_item_id=column.id) == 1
        waiting = log.page(Wanted(state=DeliveryState.WAITING)).found
        assert {each.delivery.endpoint_id for each in waiting} == {other.id, None}
        assert log.replay_dead(endpoint_id=2**70) == 0

    def test_the_log_says_who_had_what_sent_again(self, log: Log) -> None:
        log.post.tell()
        (number,) = log.happen()
        log.replay_dead()
        log.happen()
        log.replay(number)
        entries = log.post.read(lambda uow: uow.audit.of_course(1, Filter(deed="deliveries"), 9))
        assert [(entry.deed, entry.what, dict(entry.detail)) for entry in entries] == [
            ("deliveries.replayed", f"delivery {number}", {}),
            ("deliveries.replayed", "all that died", {"deliveries": "1"}),
        ]


class TestWho:
    @pytest.fixture
    def dead(self, log: Log) -> int:
        log.post.tell()
        (number,) = log.happen()
        return number

    def test_students_see_and_send_nothing_and_strangers_find_nothing(self, log: Log, dead: int) -> None:
        for login, refusal in (("ada", Forbidden), ("zoe", NotFound)):
            for ask in (
                lambda login: log.page(login=login),
                lambda login: log.look(dead, login),
                lambda login: log.replay(dead, login),
                log.dead,
                log.replay_dead,
            ):
                with pytest.raises(refusal):
                    ask(login)
        assert log.kept(dead).state is DeliveryState.DEAD

    def test_assistants_look_and_send_nothing(self, log: Log, dead: int) -> None:
        tom = add_user(log.post.world.make_uow(), login="tom", name="Tom")
        log.post.write(lambda uow: uow.enrolments.add(tom.id, 1, Role.ASSISTANT))
        assert log.look(dead, "tom").logged == log.page(login="tom").found[0]
        for ask in (lambda login: log.replay(dead, login), log.dead, log.replay_dead):
            with pytest.raises(Forbidden):
                ask("tom")
        assert log.kept(dead).state is DeliveryState.DEAD

    def test_another_courses_instructor_neither_sees_nor_sends_it(self, log: Log, dead: int) -> None:
        _autumn(log.post)
        with pytest.raises(NotFound, match="there is no delivery"):
            log.look(dead, "eve", "autumn")
        with pytest.raises(NotFound, match="there is no delivery"):
            log.replay(dead, "eve", "autumn")
        assert log.replay_dead("eve", "autumn", endpoint_id=log.endpoint.id) == 0
        assert log.kept(dead).state is DeliveryState.DEAD

    @pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**70])
    def test_a_number_that_nothing_has_is_not_there(self, log: Log, number: int) -> None:
        for ask in (log.look, log.replay):
            with pytest.raises(NotFound):
                ask(number)


def _autumn(post: Post) -> User:
    """Give Eve a course of her own."""
    eve = add_user(post.world.make_uow(), login="eve", name="Eve")
    autumn = add_course(post.world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
    enrol(post.world.make_uow(), user=eve, course=autumn, role=Role.INSTRUCTOR)
    return eve
