"""`make bench`, second part: submissions a second, from HTTP to graded rows, beside the floor's rate on the same cores.

The whole embedded service with two worker processes; the floor is two processes that run the same scenarios on the same
solution without a jail, measured before and after. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests
from sqlalchemy import create_engine, text

from grader.bootstrap.lessons import find_exercise, local_catalogue
from grader.bootstrap.local import local_examiner
from grader.bootstrap.store import open_store
from grader.cli.embedded.service import Plan, Service
from grader.cli.enrol import invite
from grader.domain.people import Role

EXERCISES = Path(__file__).parents[1] / "exercises"
PER_STUDENT = 10
FLOOR_SECONDS = 10.0
PATIENCE_SECONDS = 300.0


def floor_once(exercise: str, seconds: float) -> None:
    """One floor process: print how many submissions a second it graded."""
    import torch  # noqa: PLC0415 - only the child processes need it

    from benchmarks import floor  # noqa: PLC0415

    torch.set_num_threads(1)
    os.chdir(tempfile.mkdtemp(prefix="grader-bench-"))
    found = find_exercise(local_catalogue(EXERCISES), exercise)
    source = (found.folder / "reference.py").read_text()
    with local_examiner() as examiner:
        tapes = examiner._tapes(found, "benchmark").tapes  # noqa: SLF001 - the floor marks against the same answers
    for _ in range(5):
        floor.run(source, tapes)
    sys.stdin.readline()  # all start together
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < seconds:
        floor.run(source, tapes)
        done += 1
    print(done / (time.perf_counter() - started))


def floor_rate(exercise: str, processes: int) -> float:
    command = [sys.executable, "-m", "benchmarks.throughput", "--floor", exercise]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
        for _ in range(processes)
    ]
    time.sleep(8.0)  # torch, and one tape each
    for process in started:
        assert process.stdin is not None  # noqa: S101 - as Popen was told
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(float(process.communicate()[0]) for process in started)


def graded_rate(service: Service, exercise: str, source: str, count: int) -> dict[str, float]:
    with open_store(service.settings) as store:
        students = [(f"student{number}", Role.STUDENT) for number in range(count // PER_STUDENT)]
        lesson = store.catalogue.lessons()[0]
        people = list(invite(store, slug="bench", title="Benchmark", lesson=lesson, people=students))
    engine = create_engine(service.settings.database_url)

    def post(number: int) -> None:
        url = f"{service.url}/api/v1/courses/bench/exercises/{exercise}/submissions"
        headers = {"Authorization": f"Bearer {people[number % len(people)].token}"}
        answer = sessions[number % len(sessions)].post(url, json={"source": source}, headers=headers, timeout=60)
        answer.raise_for_status()

    def graded() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("select count(*) from runs where state = 'graded'")).scalar_one())

    sessions = [requests.Session() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        warm = count // 5
        list(pool.map(post, range(warm)))
        _wait(graded, warm)
        started = time.perf_counter()
        list(pool.map(post, range(count)))
        accepted = time.perf_counter() - started
        _wait(graded, warm + count)
    seconds = time.perf_counter() - started
    with engine.connect() as connection:
        full = connection.execute(text("select count(*) from runs where points = max_points")).scalar_one()
    if full != warm + count:
        sys.exit(f"only {full} of {warm + count} got all points: nothing was measured")
    return {
        "submissions": count,
        "accepted_s": round(accepted, 2),
        "seconds": round(seconds, 2),
        "rate": count / seconds,
    }


def _wait(graded: object, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while graded() < count:  # type: ignore[operator]
        if time.monotonic() > deadline:
            sys.exit(f"{graded()} of {count} graded after {PATIENCE_SECONDS:.0f} s")  # type: ignore[operator]
        time.sleep(0.02)


def main() -> None:
    os.environ["GRADER_SUBMIT_LIMIT"] = "100000 per minute"  # handed on to the service: what is measured is grading
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--floor", metavar="EXERCISE", help="be one floor process")
    arguments.add_argument("--submissions", type=int, default=200)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("exercise", nargs="?", default="pointwise-conv")
    chosen = arguments.parse_args()
    if chosen.floor:
        floor_once(chosen.floor, FLOOR_SECONDS)
        return
    source = (find_exercise(local_catalogue(EXERCISES), chosen.exercise).folder / "reference.py").read_text()
    before = floor_rate(chosen.exercise, chosen.workers)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        plan = Plan(folder=Path(folder), exercises=EXERCISES, workers=chosen.workers)
        with Service(plan, say=lambda line: print(line, file=sys.stderr)) as service:
            measured = graded_rate(service, chosen.exercise, source, chosen.submissions)
    after = floor_rate(chosen.exercise, chosen.workers)
    floor = (before + after) / 2
    share = measured["rate"] / floor
    measured["rate"] = round(measured["rate"], 2)
    result = {
        chosen.exercise: {
            **measured,
            "workers": chosen.workers,
            "floor_rate": round(floor, 2),
            "share": round(share, 3),
        }
    }
    print(json.dumps({"throughput": result}, indent=2))


if __name__ == "__main__":
    main()
