"""Hear the bell that says that something is to be sent. Without a broker it is silent, and nothing is lost by that."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from grader.queue import LMS, make_celery

if TYPE_CHECKING:
    from collections.abc import Callable

    from celery import Celery
    from kombu.message import Message

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 2.0
_CONNECT_SECONDS = 2.0


class Ear(threading.Thread):
    """Calls *heard* for each ring until told to stop; connects again for as long as it takes."""

    def __init__(self, broker_url: str, heard: Callable[[], None]) -> None:
        super().__init__(name="bell", daemon=True)
        self._celery = make_celery(broker_url)
        self._celery.conf.broker_connection_timeout = _CONNECT_SECONDS
        self._heard = heard
        self._over = threading.Event()

    def stop(self) -> None:
        """Hear nothing more, after a second at most."""
        self._over.set()

    def run(self) -> None:
        """Listen; a broker that is down is told once, and again when it answers."""
        is_deaf = False
        while not self._over.is_set():
            try:
                self._listen(self._celery, "the bell is heard again" if is_deaf else "")
            except Exception as error:  # noqa: BLE001 - whatever a broker does: what is due is looked for anyhow
                if not is_deaf:
                    _log.warning("the bell is not heard, what is due is looked for each second: %s", error)
                is_deaf = True
                self._over.wait(_PAUSE_SECONDS)

    def _listen(self, app: Celery, told: str) -> None:
        with app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=_CONNECT_SECONDS)
            # on_message: what the message says, or whether it can be read, makes no difference
            with connection.Consumer([app.amqp.queues[LMS]], on_message=self._ring):
                if told:
                    _log.info(told)
                self._heard()  # for what rang while we did not listen
                while not self._over.is_set():
                    try:
                        connection.drain_events(timeout=_LOOK_SECONDS)
                    except TimeoutError:
                        continue

    def _ring(self, message: Message) -> None:
        message.ack()
        self._heard()
