"""`make bench-deliveries`: what receivers that are dead cost those that work.

10,000 deliveries to 20 endpoints, of which 5 are dead: three never answer, two refuse. Beside it, in the same run and
alternating with it, the same without the dead ones: 7,500 deliveries to 15 endpoints. A real `grader dispatch` sends
over HTTP to a server on loopback that answers at once; all is due when it starts. Prints one JSON object: seconds from
the first arrival until the healthy ones have everything, the 95th percentile of when one of their deliveries arrived,
and the dead run's figures as a multiple of the other's.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.receiver import Receiver
from grader.bootstrap.store import migrate, open_database
from grader.domain.lms.endpoint import Endpoint
from grader.domain.lms.event import Draft, EventType
from grader.domain.lms.signature import SECRET_BYTES, new_secret
from grader.lms.vault import FernetVault
from grader.settings import Settings

EACH, HEALTHY, SILENT, REFUSING = 500, 15, 3, 2
ROUNDS = 2
THREADS = 16
KEY = "k" * 32
LONGEST = 600.0  # seconds for one round


@dataclass(frozen=True)
class Round:
    """When each delivery to a healthy endpoint arrived, in seconds after the first, in order."""

    arrivals: list[float]

    @property
    def figures(self) -> dict[str, float]:
        """Return the round in seconds, and its rate."""
        took, p95 = self.arrivals[-1], self.arrivals[int(len(self.arrivals) * 0.95)]
        return {"seconds": round(took, 2), "p95": round(p95, 2), "per_second": round(len(self.arrivals) / took, 1)}


def fill(settings: Settings, receiver: Receiver, dead: bool) -> None:  # noqa: FBT001 - with or without
    """Make a course with its endpoints, and let something happen so often."""
    vault, now = FernetVault(KEY), datetime.now(UTC)
    urls = {f"well-{number}": f"{receiver.url}/{number}" for number in range(HEALTHY)}
    if dead:
        urls |= {f"silent-{number}": f"{receiver.silent_url}/{number}" for number in range(SILENT)}
        urls |= {f"refusing-{number}": f"{receiver.refusing_url}/{number}" for number in range(REFUSING)}
    with open_database(settings) as make_uow, make_uow().writing() as uow:
        course = uow.courses.add("bench", "Benchmark", "1x1-convolutions", closes=None)
        for name, url in urls.items():
            secret = vault.seal(new_secret(os.urandom(SECRET_BYTES)))
            uow.endpoints.add(Endpoint(0, name, course.id, name, url, frozenset(), False, secret, now))
        draft = Draft(EventType.SUBMISSION_GRADED, {"course": "bench", "points": 3, "max_points": 4})
        uow.outbox.add([draft] * EACH, course_id=course.id, made=now)
        uow.commit()


def measured(*, dead: bool) -> Round:
    """Send everything once and return when it arrived."""
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder, Receiver() as receiver:
        database = f"sqlite:///{Path(folder) / 'grader.sqlite3'}"
        settings = Settings(database_url=database, broker_url="redis+socket:///nobody/here", exercises=Path(folder))
        migrate(settings)
        fill(settings, receiver, dead)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GRADER_")},
            "GRADER_DATABASE_URL": database,
            "GRADER_BROKER_URL": settings.broker_url,
            "GRADER_EXERCISES": folder,
            "GRADER_LMS_SECRET": KEY,
            "GRADER_PRIVATE_HOSTS": "127.0.0.1",
            "GRADER_LOG_LEVEL": "warning",
        }
        command = [sys.executable, "-m", "grader.cli", "dispatch", "--threads", str(THREADS)]
        with subprocess.Popen(command, env=environment) as dispatcher:  # noqa: S603 - ourselves
            deadline = time.monotonic() + LONGEST
            while len(receiver.arrivals) < EACH * HEALTHY and time.monotonic() < deadline:
                time.sleep(0.1)
            dispatcher.kill()
        arrivals = sorted(receiver.arrivals)
    assert len(arrivals) == EACH * HEALTHY, f"{len(arrivals)} arrived"  # noqa: S101 - else the figures mean nothing
    return Round([when - arrivals[0] for when in arrivals])


def main() -> None:
    rounds: dict[str, list[dict[str, float]]] = {"without": [], "with_dead": []}
    for number in range(ROUNDS):
        for name, found in rounds.items():
            print(f"round {number + 1} of {ROUNDS}, {name} ...", file=sys.stderr)
            found.append(measured(dead=name == "with_dead").figures)
    ratios = {
        figure: round(
            statistics.median(each[figure] for each in rounds["with_dead"])
            / statistics.median(each[figure] for each in rounds["without"]),
            2,
        )
        for figure in ("seconds", "p95")
    }
    print(json.dumps({"healthy_deliveries": EACH * HEALTHY, **rounds, "times_without": ratios}, indent=2))


if __name__ == "__main__":
    main()
