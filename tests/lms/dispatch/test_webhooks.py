"""What becomes of a webhook, by what its receiver answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms import signature
from grader.domain.lms.delivery import ATTEMPTS, GIVE_UP_ENDPOINT, LEASE, Answer, DeliveryState, Verdict
from grader.lms.vault import FernetVault
from grader.services import dispatch
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.lms.dispatch.post import Post

REFUSED = Answer("POST", problem="the connection was refused")
FAILED = Answer("POST", 500, "no")


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class TestSent:
    def test_a_webhook_is_signed_by_every_secret_that_is_good_now(self, post: Post) -> None:
        old = signature.new_secret(b"o" * 32)
        until = NOON + timedelta(hours=1)
        endpoint = post.endpoint(old_secret=post.vault.seal(old), old_until=until)
        post.tell()
        assert post.run() == [Verdict.DELIVERED]
        ((url, headers, body, _),) = post.courier.posted
        assert url == endpoint.url
        for secret in (old, post.vault.open(endpoint.secret)):
            assert signature.verify([secret], lower(headers), NOON, body) == post.courier.ids[0]

    def test_an_old_secret_signs_no_longer_than_it_is_good(self, post: Post) -> None:
        old = signature.new_secret(b"o" * 32)
        post.endpoint(old_secret=post.vault.seal(old), old_until=NOON)
        post.tell()
        post.run()
        _, headers, body, _ = post.courier.posted[0]
        with pytest.raises(signature.BadSignature):
            signature.verify([old], lower(headers), NOON, body)

    def test_a_retry_has_the_same_id_and_body_and_a_time_of_its_own(self, post: Post) -> None:
        post.endpoint()
        post.tell()
        post.courier.answers = [FAILED]
        assert post.run() == [Verdict.AGAIN]
        post.clock.advance(seconds=5)
        assert post.run() == [Verdict.DELIVERED]
        (_, first, body, _), (_, second, again, _) = post.courier.posted
        assert (first["webhook-id"], body) == (second["webhook-id"], again)
        assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
        assert json.loads(body)["data"]["student"] == "ada"

    def test_headers_of_the_endpoints_own_go_along_hidden_and_replace_none_of_ours(self, post: Post) -> None:
        post.endpoint(headers={"Authorization": "Bearer x", "Webhook-Id": "mine"})
        post.tell()
        post.run()
        _, headers, _, hidden = post.courier.posted[0]
        assert headers["Authorization"] == "Bearer x"
        assert hidden == ("Authorization",)
        assert [value for name, value in headers.items() if name.lower() == "webhook-id"] != ["mine"]


@pytest.mark.parametrize(
    ("answer", "verdict", "state"),
    [
        (Answer("", 200), Verdict.DELIVERED, DeliveryState.DELIVERED),
        (Answer("", 204), Verdict.DELIVERED, DeliveryState.DELIVERED),
        (Answer("", 301), Verdict.AGAIN, DeliveryState.WAITING),
        (Answer("", 401), Verdict.AGAIN, DeliveryState.WAITING),
        (Answer("", 409), Verdict.AGAIN, DeliveryState.WAITING),
        (Answer("", 410), Verdict.GONE, DeliveryState.DEAD),
        (Answer("", 429), Verdict.AGAIN, DeliveryState.WAITING),
        (FAILED, Verdict.AGAIN, DeliveryState.WAITING),
        (REFUSED, Verdict.AGAIN, DeliveryState.WAITING),
    ],
    ids=lambda value: getattr(value, "note", None),
)
def test_an_answer_means_one_thing(post: Post, answer: Answer, verdict: Verdict, state: DeliveryState) -> None:
    post.endpoint()
    post.tell()
    post.courier.answers = [answer]
    assert post.run() == [verdict]
    (delivery,) = post.deliveries()
    assert (delivery.state, delivery.attempts, delivery.status, delivery.note) == (state, 1, answer.status, answer.note)
    (tried,) = post.tries(delivery)
    assert (tried.number, tried.started, tried.answer, tried.verdict) == (1, NOON, answer, verdict)


class TestAgain:
    def test_attempts_follow_the_schedule_and_the_last_one_ends_it(self, post: Post) -> None:
        post.endpoint()
        post.tell()
        post.courier.answers = [FAILED] * len(ATTEMPTS)
        for wait in ATTEMPTS[1:]:
            assert post.run() == [Verdict.AGAIN]
            post.clock.advance(seconds=wait.total_seconds() - 1)
            assert post.run() == []
            post.clock.advance(seconds=1)
        assert post.run() == [Verdict.DEAD]
        (delivery,) = post.deliveries()
        assert (delivery.state, delivery.attempts, delivery.note) == (DeliveryState.DEAD, 8, "answered 500")
        assert len(set(post.courier.ids)) == 1

    def test_a_receiver_says_for_how_long_to_stay_away(self, post: Post) -> None:
        post.endpoint()
        post.tell()
        post.courier.answers = [Answer("", 429, retry_after=timedelta(hours=2))]
        post.run()
        post.clock.advance(minutes=119)
        assert post.run() == []
        post.clock.advance(minutes=1)
        assert post.run() == [Verdict.DELIVERED]

    def test_chance_spreads_what_failed_together(self, post: Post) -> None:
        post.endpoint()
        post.tell(2)
        post.courier.answers = [FAILED, FAILED]
        for chance, claimed in zip((0.0, 1.0), post.take(), strict=True):
            dispatch.send(post.make_uow, post.clock, post.ways, claimed, chance)
        waits = [each.next_attempt - NOON for each in post.deliveries()]
        assert waits == [timedelta(seconds=4), timedelta(seconds=6)]


class TestEndpointThatFails:
    def test_it_is_failing_until_something_arrives(self, post: Post) -> None:
        endpoint = post.endpoint()
        post.tell()
        post.courier.answers = [FAILED]
        post.run()
        assert post.read(lambda uow: uow.endpoints.get(endpoint.id)).failing == NOON
        post.clock.advance(minutes=1)
        post.run()
        assert post.read(lambda uow: uow.endpoints.get(endpoint.id)).failing is None

    def test_gone_switches_it_off_and_the_course_is_told(self, post: Post) -> None:
        endpoint = post.endpoint()
        post.tell()
        post.courier.answers = [Answer("", 410)]
        post.run()
        off = post.read(lambda uow: uow.endpoints.get(endpoint.id))
        assert (off.off, off.off_because) == (NOON, "it answered 410: it wants nothing more")
        assert [(entry.deed, entry.what) for entry in post.audit()] == [("endpoint.off", "all")]

    def test_after_days_of_failures_it_is_switched_off_and_what_waits_is_kept(self, post: Post) -> None:
        endpoint = post.endpoint()
        post.tell()
        post.courier.answers = [FAILED] * 100
        post.run()
        post.clock.advance(seconds=GIVE_UP_ENDPOINT.total_seconds() - 1)
        post.run()
        assert post.read(lambda uow: uow.endpoints.get(endpoint.id)).off is None
        post.clock.advance(days=1)
        assert post.run() == [Verdict.AGAIN]
        off = post.read(lambda uow: uow.endpoints.get(endpoint.id))
        assert off.off_because == "nothing has arrived for 5 days; the last attempt: answered 500"
        assert [entry.detail["because"] for entry in post.audit()] == [off.off_because]
        post.clock.advance(days=1)
        assert post.run() == []
        post.courier.answers = []
        post.write(lambda uow: uow.endpoints.change(replace(off, off=None, off_because="")))
        assert post.run() == [Verdict.DELIVERED]

    def test_one_that_was_switched_off_after_the_claim_gets_nothing(self, post: Post) -> None:
        endpoint = post.endpoint()
        post.tell()
        (claimed,) = post.take()
        post.write(lambda uow: uow.endpoints.switch_off(endpoint.id, NOON, "by hand"))
        assert post.send(claimed).verdict is None
        assert post.courier.posted == []
        assert [each.state for each in post.deliveries()] == [DeliveryState.WAITING]


class TestOurFaults:
    def test_a_secret_that_was_sealed_with_another_key_is_dead_with_the_remedy(self, post: Post) -> None:
        post.endpoint(secret=FernetVault("w" * 32).seal("whsec_AAAA"))
        post.tell()
        assert post.run() == [Verdict.DEAD]
        (delivery,) = post.deliveries()
        assert "GRADER_LMS_SECRET" in delivery.note
        assert [each.answer.problem for each in post.tries(delivery)] == [delivery.note]

    def test_an_endpoint_without_an_address_is_dead_with_the_remedy(self, post: Post) -> None:
        endpoint = post.endpoint()
        post.tell()
        post.write(lambda uow: uow.endpoints.change(replace(endpoint, url="")))
        assert post.run() == [Verdict.DEAD]
        assert "no address" in post.deliveries()[0].note

    def test_an_error_of_ours_waits_again_and_holds_up_nobody(self, post: Post) -> None:
        endpoint = post.endpoint("bad")
        post.endpoint("good")
        post.tell()
        post.courier.broken_at = endpoint.url
        assert sorted(str(verdict) for verdict in post.run()) == [str(Verdict.AGAIN), str(Verdict.DELIVERED)]
        note = next(each.note for each in post.deliveries() if each.endpoint_id == endpoint.id)
        assert "ZeroDivisionError" in note
        assert "whsec" not in note
        assert post.read(lambda uow: uow.endpoints.get(endpoint.id)).failing is None

    def test_a_claim_that_ran_out_is_sent_by_who_has_it_now(self, post: Post) -> None:
        post.endpoint()
        post.tell()
        (late,) = post.take()
        post.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert dispatch.put_back(post.make_uow, post.clock) == 1
        (ours,) = post.take()
        assert post.send(late).verdict is None
        assert post.send(ours).verdict is Verdict.DELIVERED
        assert len(post.courier.posted) == 1

    def test_what_kills_every_dispatcher_is_left_alone_in_the_end(self, post: Post) -> None:
        post.endpoint()
        post.tell()
        rounds = 0
        while post.take():
            post.clock.advance(seconds=LEASE.total_seconds() + 1)
            dispatch.put_back(post.make_uow, post.clock)
            rounds += 1
        assert rounds == 2 * len(ATTEMPTS)
        (delivery,) = post.deliveries()
        assert delivery.state is DeliveryState.DEAD
        assert "died" in delivery.note
