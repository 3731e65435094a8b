"""`make bench`, first part: floor, isolated and cold milliseconds of one submission, beside each other.

Every round takes one sample of the floor and one through the jail, alternating, on the same exercise, solution and
secret seed, so that a slow minute of the machine slows both. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from benchmarks import floor
from grader.bootstrap.lessons import find_exercise, local_catalogue
from grader.kit.examiner import KitExaminer
from grader.sandbox import warmup
from grader.sandbox.host import BwrapSandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.exercise import Exercise

SEED = "benchmark"


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def summary(samples: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(samples, n=20, method="inclusive")
    return {"p50": round(statistics.median(samples), 2), "p95": round(cuts[18], 2), "rounds": len(samples)}


def warm_rounds(exercise: Exercise, source: str, rounds: int) -> dict[str, object]:
    """Alternate floor and isolated; the pause lets the next guest be forked, as between two submissions."""
    sandbox = BwrapSandbox()
    examiner = KitExaminer(sandbox, secret=os.urandom(32), node="bench")
    try:
        tapes = examiner._tapes(exercise, SEED).tapes  # noqa: SLF001 - the floor marks against the same answers
        floors, isolated, inside = [], [], []
        for _ in range(rounds + 3):
            floors.append(milliseconds(lambda: floor.run(source, tapes)))
            report = None
            started = time.perf_counter()
            report = examiner.examine(exercise, source, seed_id=SEED)
            isolated.append(1000 * (time.perf_counter() - started))
            inside.append(1000 * sum(check.seconds for check in report.checks))
            if report.points != report.max_points:
                sys.exit(f"the reference got {report.points} of {report.max_points} points: nothing was measured")
            time.sleep(0.05)
    finally:
        sandbox.close()
    found = {"floor_ms": summary(floors[3:]), "isolated_ms": summary(isolated[3:]), "scenarios_ms": summary(inside[3:])}
    p50 = found["isolated_ms"]["p50"], found["floor_ms"]["p50"]
    return {**found, "over_floor_ms": round(p50[0] - p50[1], 2), "times_floor": round(p50[0] / p50[1], 2)}


def cold_rounds(exercise: Exercise, source: str, rounds: int) -> dict[str, float]:
    """A new bubblewrap, a new Python and a new torch for each submission; expected answers are at hand."""
    warm = BwrapSandbox()
    examiner = KitExaminer(warm, secret=os.urandom(32), node="bench")
    tapes = examiner._tapes(exercise, SEED)  # noqa: SLF001 - only the jail is cold, not the reference
    warm.close()

    def once() -> None:
        sandbox = BwrapSandbox()
        try:
            examiner._sandbox = sandbox  # noqa: SLF001
            examiner._repeated = [tapes]  # noqa: SLF001
            examiner.examine(exercise, source, seed_id=SEED)
        finally:
            sandbox.close()

    return summary([milliseconds(once) for _ in range(rounds)])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=60)
    arguments.add_argument("--cold-rounds", type=int, default=30)
    arguments.add_argument("exercises", nargs="*", default=["pointwise-conv", "bottleneck"])
    chosen = arguments.parse_args()
    torch.set_num_threads(1)  # as in the jail
    os.chdir(tempfile.mkdtemp(prefix="grader-bench-"))  # the floor writes submission.py where it stands
    warmup.warm_up()
    catalogue = local_catalogue(Path(__file__).parents[1] / "exercises")
    result: dict[str, object] = {"machine": {"cpus": os.cpu_count(), "torch": torch.__version__}}
    for name in chosen.exercises:
        exercise = find_exercise(catalogue, name)
        source = (exercise.folder / "reference.py").read_text()
        measured = warm_rounds(exercise, source, chosen.rounds)
        if chosen.cold_rounds:
            cold = cold_rounds(exercise, source, chosen.cold_rounds)
            isolated = measured["isolated_ms"]["p50"]  # type: ignore[index]
            measured |= {"cold_ms": cold, "cold_times_isolated": round(cold["p50"] / isolated, 1)}
        result[name] = measured
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
