"""The outbox on both databases: whose turn it is, who is at it, and what is left when somebody dies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import pytest

from grader.domain.errors import NotFound
from grader.domain.lms.delivery import LEASE, Answer, DeliveryState, Kind, Try, Verdict
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.event import Draft, EventType
from grader.domain.lms.log import Wanted
from grader.domain.lms.platform import Context, Family, LineItem, Member, Platform
from grader.domain.scoring import ItemKind
from grader.storage import unit_of_work_factory
from tests.fakes import NOON
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.event import Event
    from grader.ports import UnitOfWork
    from tests.storage.databases import Enrolled

Result = TypeVar("Result")
PLACE = (ItemKind.EXERCISE, "conv")
LATER = NOON + LEASE


@pytest.fixture
def make_uow(engine: Engine) -> Callable[[], UnitOfWork]:
    return unit_of_work_factory(engine)


class Desk:
    """A course with Ada, and what the tests do with its outbox, each in a transaction of its own."""

    def __init__(self, make_uow: Callable[[], UnitOfWork]) -> None:
        self.make_uow = make_uow
        self.ada: Enrolled = enrolled(make_uow)
        self.course_id = self.ada.course.id

    def endpoint(self, name: str, *events: EventType) -> Endpoint:
        made = Endpoint(
            0, f"key-{name}", self.course_id, name, "https://x.example/", frozenset(events), False, "s", NOON
        )
        return self._do(lambda uow: uow.endpoints.add(made))

    def tell(self, kind: EventType = EventType.SUBMISSION_GRADED) -> Event:
        draft = Draft(kind, {"points": 3}, self.ada.enrolment.id, PLACE)
        return self._do(lambda uow: uow.outbox.add([draft], course_id=self.course_id, made=NOON)[0])

    def column(self, name: str = "lms") -> LineItem:
        """Connect a platform that knows Ada and has a column for the exercise."""
        platform = Platform(0, name, self.course_id, name, Family.MOODLE, "i", "c", "a", "t", "j", NOON)

        def connect(uow: UnitOfWork) -> LineItem:
            kept = uow.platforms.add(platform)
            context = uow.platforms.put_context(Context(0, kept.id, "1", "c1", "Course", None))
            uow.platforms.put_member(Member(context.id, "sub-ada", self.ada.user.id))
            return uow.line_items.put(LineItem(0, context.id, *PLACE, f"https://{name}/1", "Conv", 4, made=NOON))

        return self._do(connect)

    def score(self) -> int:
        return self._do(lambda uow: uow.outbox.add_scores(self.course_id, [self.ada.enrolment.id], *PLACE, made=NOON))

    def due(self, *, at_once: int = 8, limit: int = 50) -> Sequence[Delivery]:
        with self.make_uow().reading() as uow:
            return uow.outbox.due(NOON, limit, at_once=at_once)

    def claim(self, delivery: Delivery, key: str = "k") -> bool:
        return self._do(lambda uow: uow.outbox.claim(delivery, key, now=NOON, lease_until=LATER))

    def end(self, delivery: Delivery, state: DeliveryState, key: str = "k") -> bool:
        again = LATER if state is DeliveryState.WAITING else None
        return self._do(lambda uow: uow.outbox.end(delivery, key, state, now=NOON, next_attempt=again, status=500))

    def states(self) -> list[DeliveryState]:
        """Return all deliveries' states, oldest first."""
        with self.make_uow().reading() as uow:
            found = uow.outbox.of_course(self.course_id, Wanted(), 100)
        return [each.delivery.state for each in reversed(found)]

    def _do(self, change: Callable[[UnitOfWork], Result]) -> Result:
        uow = self.make_uow()
        with uow.writing():
            result = change(uow)
            uow.commit()
        return result


@pytest.fixture
def desk(make_uow: Callable[[], UnitOfWork]) -> Desk:
    return Desk(make_uow)


class TestEvents:
    def test_an_event_goes_to_every_endpoint_that_wants_it_and_no_other(self, desk: Desk) -> None:
        all_, graded = desk.endpoint("all"), desk.endpoint("graded", EventType.SUBMISSION_GRADED)
        desk.endpoint("quiz", EventType.QUIZ_FINISHED)
        desk.tell()
        assert {delivery.endpoint_id for delivery in desk.due()} == {all_.id, graded.id}

    def test_events_of_one_student_and_item_are_counted_and_name_the_student(self, desk: Desk) -> None:
        first, second = desk.tell(), desk.tell()
        assert [first.data["sequence"], second.data["sequence"]] == [1, 2]
        assert "student" not in second.data
        with desk.make_uow().reading() as uow:
            assert uow.outbox.event(second.id).data == {"student": "ada", "points": 3, "sequence": 2}
        assert first.key != second.key

    def test_what_is_not_committed_is_told_nobody(self, desk: Desk) -> None:
        desk.endpoint("all")
        uow = desk.make_uow()
        with uow.writing():
            draft = Draft(EventType.QUIZ_FINISHED, {}, desk.ada.enrolment.id, PLACE)
            uow.outbox.add([draft], course_id=desk.course_id, made=NOON)
        assert desk.due() == []

    def test_whoever_sends_hears_after_the_commit_and_not_for_an_event_that_nobody_wants(self, engine: Engine) -> None:
        rung: list[int] = []
        desk = Desk(unit_of_work_factory(engine, on_outbox=lambda: rung.append(1)))
        desk.tell()
        assert rung == []
        desk.endpoint("all")
        desk.tell()
        assert rung == [1]


class TestTurns:
    def test_a_claim_is_won_once_and_ends_once(self, desk: Desk) -> None:
        desk.endpoint("all")
        desk.tell()
        (delivery,) = desk.due()
        assert desk.claim(delivery)
        assert not desk.claim(delivery, "other")
        assert desk.due() == []
        assert not desk.end(delivery, DeliveryState.DELIVERED, "other")
        assert desk.end(delivery, DeliveryState.DELIVERED)
        assert not desk.end(delivery, DeliveryState.DEAD)
        assert desk.states() == [DeliveryState.DELIVERED]

    def test_an_endpoint_gets_so_many_at_once_and_a_failing_one_a_single_one(self, desk: Desk) -> None:
        well, ill = desk.endpoint("well"), desk.endpoint("ill")
        for _ in range(5):
            desk.tell()
        with desk.make_uow().writing() as uow:
            assert uow.endpoints.failed(ill.id, NOON) == NOON
            uow.commit()
        counts = [delivery.endpoint_id for delivery in desk.due(at_once=3)]
        assert (counts.count(well.id), counts.count(ill.id)) == (3, 1)
        for delivery in desk.due(at_once=3):
            assert desk.claim(delivery)
        assert desk.due(at_once=3) == []
        with desk.make_uow().writing() as uow:
            uow.endpoints.arrived(ill.id)
            uow.commit()
        assert [delivery.endpoint_id for delivery in desk.due(at_once=3)] == [ill.id] * 2

    def test_nothing_goes_to_an_endpoint_that_is_off_or_removed(self, desk: Desk) -> None:
        off, removed = desk.endpoint("off"), desk.endpoint("removed")
        desk.tell()
        with desk.make_uow().writing() as uow:
            assert uow.endpoints.switch_off(off.id, NOON, "gone")
            assert not uow.endpoints.switch_off(off.id, NOON, "gone")
            uow.endpoints.change(replace(removed, removed=NOON))
            uow.commit()
        assert desk.due() == []
        desk.tell()
        assert len(desk.states()) == 2  # from before

    def test_what_a_dead_dispatcher_held_waits_again(self, desk: Desk) -> None:
        desk.endpoint("all")
        desk.column()
        desk.tell()
        desk.score()
        for delivery in desk.due():
            assert desk.claim(delivery)
        with desk.make_uow().writing() as uow:
            assert uow.outbox.put_back_expired(LATER) == 0
            assert uow.outbox.put_back_expired(LATER + timedelta(seconds=1)) == 2
            uow.commit()
        with desk.make_uow().reading() as uow:
            assert len(uow.outbox.due(LATER + timedelta(seconds=1), 9, at_once=9)) == 2


class TestScores:
    def test_a_newer_score_supersedes_one_that_waits(self, desk: Desk) -> None:
        desk.column()
        assert (desk.score(), desk.score()) == (1, 1)
        assert desk.states() == [DeliveryState.SUPERSEDED, DeliveryState.WAITING]

    def test_one_score_is_in_flight_for_each_student_and_column(self, desk: Desk) -> None:
        desk.column()
        desk.score()
        (first,) = desk.due()
        assert desk.claim(first)
        desk.score()
        assert desk.due() == []
        assert desk.end(first, DeliveryState.DELIVERED)
        (second,) = desk.due()
        assert second.id != first.id
        assert desk.claim(second)

    def test_a_score_that_failed_gives_way_to_a_newer_one(self, desk: Desk) -> None:
        desk.column()
        desk.score()
        (first,) = desk.due()
        assert desk.claim(first)
        desk.score()
        assert desk.end(first, DeliveryState.WAITING)
        assert desk.states() == [DeliveryState.SUPERSEDED, DeliveryState.WAITING]

    def test_a_score_that_failed_waits_for_its_time(self, desk: Desk) -> None:
        desk.column()
        desk.score()
        (first,) = desk.due()
        assert desk.claim(first)
        assert desk.end(first, DeliveryState.WAITING)
        assert desk.due() == []
        with desk.make_uow().reading() as uow:
            assert [each.attempts for each in uow.outbox.due(LATER, 9, at_once=9)] == [1]

    def test_two_columns_of_two_platforms_get_one_each(self, desk: Desk) -> None:
        desk.column("canvas")
        desk.column("moodle")
        assert desk.score() == 2
        assert all(desk.claim(delivery) for delivery in desk.due())

    def test_a_dead_score_is_not_sent_again_over_a_newer_one(self, desk: Desk) -> None:
        desk.column()
        desk.score()
        (first,) = desk.due()
        assert desk.claim(first)
        assert desk.end(first, DeliveryState.DEAD)
        desk.score()
        with desk.make_uow().writing() as uow:
            assert uow.outbox.replay_dead(desk.course_id, NOON) == 0
            uow.commit()
        assert desk.states() == [DeliveryState.SUPERSEDED, DeliveryState.WAITING]


class TestLog:
    def test_attempts_are_kept_and_a_dead_delivery_gets_them_all_again(self, desk: Desk) -> None:
        desk.endpoint("all")
        desk.tell()
        (delivery,) = desk.due()
        assert desk.claim(delivery)
        tried = Try(delivery.id, 1, NOON, Answer("POST /", 500, "no", retry_after=timedelta(seconds=9)), Verdict.DEAD)
        with desk.make_uow().writing() as uow:
            uow.outbox.add_try(tried)
            uow.commit()
        assert desk.end(delivery, DeliveryState.DEAD)
        with desk.make_uow().writing() as uow:
            assert list(uow.outbox.tries(delivery.id)) == [tried]
            assert uow.outbox.replay(delivery.id, LATER)
            assert not uow.outbox.replay(delivery.id, LATER)
            again = uow.outbox.get(delivery.id)
        assert (again.state, again.attempts, again.ended) == (DeliveryState.WAITING, 0, None)

    def test_deliveries_are_found_by_each_filter(self, desk: Desk) -> None:
        endpoint, column = desk.endpoint("all"), desk.column()
        desk.tell()
        desk.score()
        found = {
            "webhook": Wanted(kind=Kind.WEBHOOK),
            "endpoint": Wanted(endpoint_id=endpoint.id),
            "score": Wanted(kind=Kind.LTI_AGS),
            "column": Wanted(line_item_id=column.id),
            "nobody": Wanted(login="eve"),
            "dead": Wanted(state=DeliveryState.DEAD),
            "ada": Wanted(login="ada"),
            "too much": Wanted(endpoint_id=2**40),
        }
        with desk.make_uow().reading() as uow:
            told = {name: uow.outbox.of_course(desk.course_id, wanted, 9) for name, wanted in found.items()}
            load = uow.outbox.load(desk.course_id, NOON)
            with pytest.raises(NotFound):
                uow.outbox.logged(desk.course_id + 1, told["ada"][0].delivery.id)
        counts = {name: len(deliveries) for name, deliveries in told.items()}
        assert counts == {"ada": 2, "nobody": 0, "dead": 0, "too much": 0} | dict.fromkeys(
            ("webhook", "endpoint", "score", "column"), 1
        )
        assert [told[kind][0].target for kind in ("webhook", "score")] == ["all", "lms: Conv"]
        assert told["webhook"][0].type is EventType.SUBMISSION_GRADED
        assert (load.waiting, load.sending, load.oldest) == (2, 0, NOON)


class TestReceived:
    def test_a_message_is_done_once_and_its_answer_is_kept(self, desk: Desk) -> None:
        endpoint = desk.endpoint("in")
        with desk.make_uow().writing() as uow:
            assert uow.received.add(endpoint.id, "msg_1", "enrolment.upserted", when=NOON)
            uow.received.answered(endpoint.id, "msg_1", {"done": True})
            uow.commit()
        with desk.make_uow().writing() as uow:
            assert not uow.received.add(endpoint.id, "msg_1", "enrolment.upserted", when=LATER)
            receipt = uow.received.find(endpoint.id, "msg_1")
            assert uow.received.find(endpoint.id, "msg_2") is None
        assert receipt is not None
        assert (receipt.when, receipt.answer) == (NOON, {"done": True})
