"""`grader dispatch` as it is called: real settings, a real vault, HTTP to a receiver on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from grader.bootstrap.store import migrate
from grader.domain.lms.delivery import DeliveryState
from grader.settings import DatabaseSettings
from grader.storage import make_engine, unit_of_work_factory
from tests.lms.dispatch.post import Post
from tests.lms.raw_server import answering, serving

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60  # on a busy machine


def dispatch(url: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    told = {
        "GRADER_DATABASE_URL": url,
        "GRADER_BROKER_URL": "redis+socket:///nobody/here",
        "GRADER_EXERCISES": str(folder),
        "GRADER_LMS_SECRET": "v" * 32,
        **settings,
    }
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
    command = [sys.executable, "-m", "grader.cli", "dispatch", "--once"]
    return subprocess.run(command, env=ours | told, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_what_is_due_is_sent_once_and_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'grader.db'}"
    migrate(DatabaseSettings(database_url=url))
    engine = make_engine(url)
    post = Post(unit_of_work_factory(engine))
    with serving(answering(204)) as server:
        post.endpoint("well", url=server.url)
        post.endpoint("private", url="http://127.0.0.2:9/")
        post.tell()
        done = dispatch(url, tmp_path, GRADER_PRIVATE_HOSTS="127.0.0.1")
    assert done.stdout == "1 delivered, 1 again, 0 dead, 0 gone, 0 superseded\n", done.stderr
    well, private = post.deliveries()
    assert (well.state, private.state) == (DeliveryState.DELIVERED, DeliveryState.WAITING)
    assert "private address" in private.note
    assert f"delivery {well.id} to webhook {well.endpoint_id}, attempt 1: delivered" in done.stderr
    engine.dispose()


def test_without_its_secret_it_does_not_start_and_names_it(tmp_path: Path) -> None:
    done = dispatch(f"sqlite:///{tmp_path / 'grader.db'}", tmp_path, GRADER_LMS_SECRET="")
    assert done.returncode == 1
    assert "GRADER_LMS_SECRET" in done.stderr
