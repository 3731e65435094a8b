"""The bell never raises and never holds a submission up, whatever the broker does."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from grader.queue import BEHIND, BOTH_SIDES, QUEUE, CeleryBell, make_celery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.queue.conftest import Broker


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Return the address of a broker that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def waiting(url: str, queue: str = QUEUE) -> int:
    """Return how many messages wait in the broker."""
    with make_celery(url).connection_for_read() as connection:
        count: int = connection.default_channel.client.llen(queue)
        return count


def test_a_ring_waits_in_the_broker(broker: Broker) -> None:
    CeleryBell(broker.url).ring(7)
    assert waiting(broker.url) == 1


def test_a_ring_for_a_regrade_waits_in_a_queue_of_its_own_that_is_looked_into_last(broker: Broker) -> None:
    CeleryBell(broker.url).ring(7, behind=True)
    assert (waiting(broker.url), waiting(broker.url, BEHIND)) == (0, 1)
    assert sorted([BEHIND, QUEUE]) == [QUEUE, BEHIND]
    assert BOTH_SIDES["queue_order_strategy"] == "sorted"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey.sock"])
def test_a_broker_that_is_down_raises_nothing(url: str) -> None:
    CeleryBell(url).ring(7)


def test_a_silent_broker_holds_a_ring_up_for_a_second_at_most(silent_url: str) -> None:
    bell = CeleryBell(silent_url)
    began = time.monotonic()
    bell.ring(7)
    assert time.monotonic() - began < 1.2


def test_after_a_failure_the_next_rings_cost_nothing(silent_url: str) -> None:
    bell = CeleryBell(silent_url)
    bell.ring(7)
    began = time.monotonic()
    for run_id in range(100):
        bell.ring(run_id)
    assert time.monotonic() - began < 0.1


def test_the_bell_works_again_once_the_broker_is_back(stopped_broker: Broker) -> None:
    now = 0.0
    bell = CeleryBell(stopped_broker.url, pause=5, monotonic=lambda: now)
    bell.ring(1)
    stopped_broker.start()
    now = 5.0
    bell.ring(2)
    assert waiting(stopped_broker.url) == 1


def test_a_broker_that_was_restarted_under_an_open_connection_is_rung_again(broker: Broker) -> None:
    bell = CeleryBell(broker.url, pause=0)
    bell.ring(1)
    broker.stop()
    bell.ring(2)
    broker.start()
    bell.ring(3)
    assert waiting(broker.url) == 2


def test_a_message_in_another_format_than_json_is_not_accepted() -> None:
    assert make_celery("redis://localhost").conf.accept_content == ["json"]


def test_both_sides_share_the_options_that_lose_messages_when_they_differ() -> None:
    bell = CeleryBell("redis://localhost")
    worker = make_celery("redis://localhost")
    for option in ("priority_steps", "sep"):
        ours = bell._celery.conf.broker_transport_options[option]
        assert ours == worker.conf.broker_transport_options[option] == BOTH_SIDES[option]
