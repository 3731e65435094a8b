"""The door bell: a Celery message that says "run N waits", and nothing more.

The row is the queue. A ring that is lost costs time, never a submission: the sweeper rings again. A ring
that comes twice costs a look: the second claim finds nothing to take. So messages need no results and no retries,
and must never carry a countdown or an ETA: past the visibility timeout Redis delivers such a message twice.

There are two queues, and a worker takes a message of the second only when the first is empty: a regrade's thousand
rings stand behind those of work that somebody waits for, whenever that comes.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from celery import Celery

from grader.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

RING = "grader.ring"
"""Name of the task that workers hear."""

DELIVER = "grader.deliver"
"""Name of the task that dispatchers hear; it says nothing but that there is something to send."""

QUEUE = "grader"
BEHIND = "grader-behind"
"""For regrades. Workers look into their queues in the order of the names: this one must sort after QUEUE."""

LMS = "grader-lms"
"""For dispatchers."""

BOTH_SIDES = {
    # Bell and worker must agree on these two, or messages vanish without a word.
    "priority_steps": [0],
    "sep": ":",
    "queue_order_strategy": "sorted",  # not in turns: the second queue waits until the first is empty
    # A killed worker's message comes back this long after it was taken, looked for every two seconds.
    # With Celery's defaults (10 and 10) it stayed lost for over 45 s.
    "visibility_timeout": 60,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}

_PATIENCE = {
    # Seconds that a request waits for the broker, at most twice: for the connection and for the answer.
    "socket_connect_timeout": 0.5,
    "socket_timeout": 0.5,
    "connect_retries_timeout": 0.5,
    "max_retries": 0,
}

_log = logging.getLogger(__name__)


def make_celery(broker_url: str) -> Celery:
    """Return a Celery app with the options that bell and worker share; connects to nothing yet."""
    app = Celery("grader", broker=broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_queues={name: {"exchange": name, "routing_key": name} for name in (QUEUE, BEHIND, LMS)},
        task_default_queue=QUEUE,
        task_create_missing_queues=False,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_transport_options=dict(BOTH_SIDES),
    )
    return app


class CeleryBell:
    """Rings workers through the broker; never raises, and never holds a request up for more than a second.

    A broker that did not answer is left alone for *pause* seconds, so that a broken one delays one submission
    in many, not each.
    """

    def __init__(self, broker_url: str, *, pause: float = 5.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._celery = make_celery(broker_url)
        self._celery.conf.broker_transport_options = BOTH_SIDES | _PATIENCE
        self._celery.conf.broker_connection_timeout = _PATIENCE["socket_connect_timeout"]
        self._pause = pause
        self._monotonic = monotonic
        self._quiet_until = float("-inf")

    def ring(self, run_id: int, *, behind: bool = False) -> bool:
        """Say that run *run_id* waits, unless the broker was down a moment ago."""
        return self._send(RING, [run_id], queue=BEHIND if behind else QUEUE)

    def deliver(self) -> None:
        """Say that something is to be sent, unless the broker was down a moment ago."""
        self._send(DELIVER, [], queue=LMS)

    def _send(self, task: str, arguments: list[int], *, queue: str) -> bool:
        if self._monotonic() < self._quiet_until:
            return False
        try:
            self._celery.send_task(task, args=arguments, queue=queue, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - the row is safe; nothing about a broker may fail a submission
            self._quiet_until = self._monotonic() + self._pause
            _log.warning("broker does not answer, %s %s waits for a sweep: %s", task, arguments, error)
            return False
        return True

    def close(self) -> None:
        """Close the connections to the broker."""
        self._celery.close()


def ping(broker_url: str) -> str:
    """Return a sentence when the broker answers; Unavailable when it does not."""
    app = make_celery(broker_url)
    app.conf.broker_transport_options = BOTH_SIDES | _PATIENCE
    try:
        with app.connection_for_write(connect_timeout=_PATIENCE["socket_connect_timeout"]) as connection:
            connection.ensure_connection(max_retries=1, timeout=1, reraise_as_library_errors=False)
            return f"answers at {connection.as_uri()}"  # the password is masked
    except Exception as error:
        raise Unavailable(f"the broker does not answer: {error}") from error
    finally:
        app.close()
