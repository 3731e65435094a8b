"""The whole service on one machine: broker, tables, sweeper, workers, dispatcher, web; stopped in reverse.

Sockets stand in a private temporary folder, since their paths must be short.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from grader.bootstrap.store import migrate
from grader.cli.embedded import broker
from grader.cli.embedded.children import FINISHING, POLITE, UNHURRIED, Child
from grader.cli.embedded.home import Home
from grader.domain.errors import Unavailable
from grader.settings import SECRETS_DIR, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_START_SECONDS = 180.0
"""A cold disk can take a minute to give torch to each worker."""

_WATCH_SECONDS = 0.5
_MOST_RESTARTS = 5
_WITHIN_SECONDS = 120.0
"""A service whose processes die more often than this is broken, and stops."""

_OURS = (
    "DATABASE_URL",
    "BROKER_URL",
    "EXERCISES",
    "BIND",
    "SEED_SECRET",
    "SESSION_SECRET",
    "LMS_SECRET",
    "SECRETS_DIR",
)
"""Settings of `grader up` itself; the others are handed on as they are."""


@dataclass(frozen=True)
class Plan:
    """What to run, and in which folder what lasts is kept; port 0 takes a free one."""

    folder: Path
    exercises: Path
    workers: int = 2
    host: str = "127.0.0.1"
    port: int = 0


class Service:
    """A running service; leaving the context stops every process that was started."""

    url: str
    settings: Settings

    def __init__(self, plan: Plan, *, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._say = say
        self._children: list[Child] = []
        self._deaths: deque[float] = deque(maxlen=_MOST_RESTARTS)
        self._folders = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:  # Ctrl-C too: what was started is stopped
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def watch(self) -> None:
        """Start processes that died again, for ever; Unavailable when they die too often."""
        while True:
            time.sleep(_WATCH_SECONDS)
            for child in self._children:
                if child.pid is None:
                    self._revive(child)

    def close(self) -> None:
        """Stop everything, the web first and the broker last."""
        while self._children:
            self._children.pop().stop()
        self._folders.close()

    def _start(self) -> None:
        home = self._folders.enter_context(Home(self._plan.folder))
        sockets = Path(self._folders.enter_context(tempfile.TemporaryDirectory(prefix="grader-")))
        listens = sockets / "broker"
        self.settings = Settings.model_validate(
            {
                "database_url": home.database_url,
                "broker_url": broker.url(listens),
                "exercises": self._plan.exercises,
            }
        )
        server = self._launch(Child("broker", broker.command(home.messages, listens), _bare(), home.logs, sockets))
        server.wait_ready(_START_SECONDS, answers=lambda: broker.answers(listens))
        self._say(f"broker     listens at {listens}")
        self._say(f"database   {home.database_url}, revision {migrate(self.settings)}")
        rest = [self._launch(child) for child in self._processes(home, sockets)]  # side by side: torch takes seconds
        for child in rest:
            status = child.wait_ready(_START_SECONDS)
            self._say(f"{child.name:<10} {status}")
        self.url = status

    def _processes(self, home: Home, sockets: Path) -> Sequence[Child]:
        """Return sweeper, worker, dispatcher and web, the last of which tells its address."""
        shared = {
            **_bare(),
            "GRADER_DATABASE_URL": self.settings.database_url,
            "GRADER_BROKER_URL": self.settings.broker_url,
            "GRADER_EXERCISES": str(self.settings.exercises),
        }
        secret = {**shared, SECRETS_DIR: str(home.secrets)}
        sends = {**shared, SECRETS_DIR: str(home.dispatcher_secrets)}
        bound = {
            **shared,
            "GRADER_BIND": f"{self._plan.host}:{self._plan.port}",
            SECRETS_DIR: str(home.web_secrets),
        }
        workers = ["worker", "--concurrency", str(self._plan.workers)]
        return [
            Child("sweeper", _grader("sweep"), shared, home.logs, sockets, POLITE),
            Child("worker", _grader(*workers), secret, home.logs, sockets, UNHURRIED),
            Child("dispatcher", _grader("dispatch"), sends, home.logs, sockets, FINISHING),
            Child("web", _grader("web"), bound, home.logs, sockets, POLITE),
        ]

    def _launch(self, child: Child) -> Child:
        self._children.append(child)
        child.start()
        return child

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if len(self._deaths) == _MOST_RESTARTS and now - self._deaths[0] < _WITHIN_SECONDS:
            raise Unavailable(f"{child.name} keeps dying, the service stops:\n{child.last_words()}")
        self._deaths.append(now)
        self._say(f"{child.name:<10} died, is started again; see {child.log}")
        child.stop()
        child.start()


def _grader(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grader.cli", *arguments]


def _bare() -> dict[str, str]:
    """Return our environment without what we set ourselves."""
    ours = {f"GRADER_{name}" for name in _OURS}
    return {name: value for name, value in os.environ.items() if name not in ours}
