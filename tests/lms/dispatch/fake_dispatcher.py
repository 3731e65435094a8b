"""A real dispatcher whose world is a folder: `python -m tests.lms.dispatch.fake_dispatcher FOLDER`.

FOLDER/posted  gets a line for each webhook that arrived
FOLDER/scores  gets a line for each score that arrived
FOLDER/kill    names a step; who gets there first takes the file away and dies by SIGKILL
FOLDER/hold    while it is there, what arrived is not answered

Steps: claimed, unsent (a score is stamped by then), sent, ending (written, not committed), ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.bootstrap import logs
from grader.bootstrap.process import obey_parent
from grader.bootstrap.store import open_records
from grader.dispatcher import pool
from grader.dispatcher.command import run
from grader.domain.lms.delivery import Answer
from grader.lms.vault import FernetVault
from grader.services.sending import Ways
from grader.settings import LmsSettings, read_settings
from grader.storage.outbox import SqlOutbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.domain.lms.platform import LineItem, Platform
    from grader.domain.lms.score import LmsScore


class Folder:
    """The world outside: what arrived there stays, whatever becomes of us. Fills Courier and Gradebooks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def step(self, name: str) -> None:
        """Die here, if that is wanted."""
        kill = self._folder / "kill"
        if kill.exists() and kill.read_text() == name:
            kill.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        del hidden
        return self._arrive("posted", {"url": url, "id": headers["webhook-id"], "body": body.decode()})

    def post_score(self, platform: Platform, line_item: LineItem, score: LmsScore) -> Answer:
        return self._arrive("scores", {"line_item": line_item.url, **score.payload(platform.family)})

    def _arrive(self, name: str, told: dict[str, Any]) -> Answer:
        self.step("unsent")
        with (self._folder / name).open("a") as file:
            file.write(json.dumps(told) + "\n")
        while (self._folder / "hold").exists():
            time.sleep(0.02)
        self.step("sent")
        return Answer("POST", 200)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what a dispatcher never asks of gradebooks
        raise AttributeError(name)


def then(world: Folder, step: str, do: Callable[..., Any]) -> Callable[..., Any]:
    """Return *do*, with a step after it when it did something."""

    def done(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes and returns
        result = do(*args, **kwargs)
        if result or result is None:
            world.step(step)
        return result

    return done


def main() -> None:
    obey_parent()
    world = Folder(Path(sys.argv[1]))
    settings = read_settings(LmsSettings)
    logs.set_up("info")
    steps = {"take": "claimed", "send": "ended"}
    for name, step in steps.items():
        setattr(pool, name, then(world, step, getattr(pool, name)))
    setattr(SqlOutbox, "add_try", then(world, "ending", SqlOutbox.add_try))  # noqa: B010 - mypy: no assignment
    setattr(pool, "SWEEP_SECONDS", 0.2)  # noqa: B010 - the same
    with open_records(settings) as records:
        ways = Ways(FernetVault(settings.lms_secret.get_secret_value()), world, world)
        dispatcher = pool.Dispatcher(records.make_uow, records.clock, ways, threads=8)
        run(dispatcher, settings.broker_url, "sends")


if __name__ == "__main__":
    main()
