"""A real Valkey on a private socket, which a test may stop and start again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cli.embedded import broker as embedded
from grader.cli.embedded.children import Child

if TYPE_CHECKING:
    from collections.abc import Iterator


class Broker:
    """Valkey in a folder of its own; what it accepted is there again after a restart."""

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "broker"
        self.url = embedded.url(self.socket)
        self._child = Child("broker", embedded.command(folder, self.socket), dict(os.environ), folder, folder)

    def start(self) -> None:
        self._child.start()
        self._child.wait_ready(20, answers=lambda: embedded.answers(self.socket))

    def stop(self) -> None:
        self._child.stop()


@pytest.fixture
def stopped_broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="grader-") as name:  # pytest's own paths are too long for a socket
        broker = Broker(Path(name))
        yield broker
        broker.stop()


@pytest.fixture
def broker(stopped_broker: Broker) -> Broker:
    stopped_broker.start()
    return stopped_broker
