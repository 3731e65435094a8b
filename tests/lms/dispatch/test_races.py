"""Several dispatchers at once: each delivery is sent once, one score of a student at a time, nobody is starved."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from grader.domain.lms.delivery import Answer, DeliveryState, Kind, Verdict
from grader.services import dispatch
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.lms.dispatch.post import Post

DISPATCHERS = 4


def at_once(what: Callable[[], object]) -> None:
    """Do *what* in as many threads as there are dispatchers, begun together."""
    start = threading.Barrier(DISPATCHERS)

    def begin(_: int) -> object:
        start.wait()
        return what()

    with ThreadPoolExecutor(DISPATCHERS) as pool:
        list(pool.map(begin, range(DISPATCHERS)))


def work(post: Post) -> None:
    """Send as a dispatcher does, until nothing is left."""
    while any(each.state in (DeliveryState.WAITING, DeliveryState.SENDING) for each in post.deliveries()):
        for claimed in dispatch.take(post.make_uow, post.clock, 5, 3):
            post.send(claimed)


class Together:
    """A gradebook that notes how many scores of a student were on their way at once."""

    def __init__(self, post: Post) -> None:
        self._send = post.ways.gradebooks.post_score
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def post_score(self, *told: object) -> Answer:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        answer = self._send(*told)  # type: ignore[arg-type]
        with self._lock:
            self._now -= 1
        return answer


def test_each_delivery_is_sent_once(both: Post) -> None:
    for name in ("one", "two", "three"):
        both.endpoint(name)
    both.tell(20)
    at_once(lambda: work(both))
    sent = Counter((url, headers["webhook-id"]) for url, headers, _, _ in both.courier.posted)
    assert (len(sent), set(sent.values())) == (60, {1})
    assert {(each.state, each.attempts) for each in both.deliveries()} == {(DeliveryState.DELIVERED, 1)}


def test_one_score_of_a_student_is_on_its_way_and_the_last_grade_is_shown(both: Post) -> None:
    column = both.column()
    together = Together(both)
    both.ways = replace(both.ways, gradebooks=together)  # type: ignore[arg-type]

    def grade_and_work() -> None:
        for points in range(5):
            both.grade(points)
            work(both)

    at_once(grade_and_work)
    both.grade(7)
    work(both)
    assert (both.shown(), together.most) == (7, 1)
    state = both.state(column)
    assert (float(state.points or 0), state.holder) == (7, None)
    assert {each.state for each in both.deliveries()} == {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED}


def test_a_replay_and_a_dispatcher_at_once_send_it_once_more(both: Post) -> None:
    both.endpoint()
    both.tell()
    both.run()
    (delivery,) = both.deliveries()

    def replay() -> None:
        both.write(lambda uow: uow.outbox.replay(delivery.id, both.clock.now()))
        both.run()

    at_once(replay)
    both.run()
    count = len(both.courier.posted)
    assert 2 <= count <= 1 + DISPATCHERS
    assert len(set(both.courier.ids)) == 1
    assert [each.state for each in both.deliveries()] == [DeliveryState.DELIVERED]


class TestTurns:
    """Who gets how many threads, with receivers that answer, that fail and that are silent."""

    def taken(self, post: Post, limit: int, *, most_failing: int | None = None, **told: object) -> Counter[int | None]:
        claimed = dispatch.take(post.make_uow, post.clock, limit, 3, most_failing=most_failing, **told)  # type: ignore[arg-type]
        return Counter(each.delivery.endpoint_id for each in claimed)

    def failing(self, post: Post, *names: str) -> Sequence[int]:
        ids = [post.endpoint(name).id for name in names]
        for number in ids:
            post.write(lambda uow, number=number: uow.endpoints.failed(number, NOON))  # type: ignore[misc]
        return ids

    def test_those_that_fail_get_one_each_and_a_few_in_all(self, both: Post) -> None:
        dead = self.failing(both, "a", "b", "c")
        well = both.endpoint("well").id
        both.tell(10)
        assert self.taken(both, 8, most_failing=2) == {dead[0]: 1, dead[1]: 1, well: 3}
        assert self.taken(both, 8, most_failing=2) == {}

    def test_one_that_takes_its_time_gets_no_more_and_is_counted_with_those_that_fail(self, both: Post) -> None:
        silent, dead = both.endpoint("silent").id, self.failing(both, "dead")[0]
        both.tell(10)
        assert self.taken(both, 3, most_failing=3) == {silent: 3}
        both.clock.advance(seconds=3)
        assert self.taken(both, 8, most_failing=3) == {}
        assert self.taken(both, 8, most_failing=4) == {dead: 1}

    def test_one_that_rests_gets_none(self, both: Post) -> None:
        resting, well = both.endpoint("resting").id, both.endpoint("well").id
        both.tell(2)
        assert self.taken(both, 8, resting={(Kind.WEBHOOK, resting)}) == {well: 2}

    def test_what_waits_for_the_dead_hides_nothing_of_the_others(self, both: Post) -> None:
        dead = self.failing(both, "dead")[0]
        both.tell(200)
        both.clock.advance(seconds=1)
        well = both.endpoint("well").id
        both.tell()
        assert self.taken(both, 4) == {dead: 1, well: 1}

    def test_the_longest_due_goes_first(self, both: Post) -> None:
        first = both.endpoint("first").id
        both.tell()
        both.clock.advance(seconds=1)
        both.endpoint("second")
        both.tell()
        assert self.taken(both, 1) == {first: 1}

    def test_a_replayed_score_is_not_taken_beside_a_newer_one(self, both: Post) -> None:
        both.column()
        both.lms.wrong = lambda _method, _url: None
        both.grade(3)
        (old,) = both.take()
        both.grade(4)
        both.clock.advance(seconds=timedelta(minutes=5).total_seconds())
        assert dispatch.put_back(both.make_uow, both.clock) == 0  # overtaken
        assert both.run() == [Verdict.DELIVERED]
        assert both.send(old).verdict is None
        assert both.shown() == 4
