"""`make bench`: all figures, each beside its twin in the same run, as one JSON object.

floor_ms      the same scenarios on the same solution in one warm process, without a jail
isolated_ms   through the jail, warm
cold_ms       a new bubblewrap, Python and torch for the submission
throughput    submissions a second from HTTP to graded rows, and the floor's rate on the same cores
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def measured(module: str, *arguments: str) -> dict[str, object]:
    """Run one part in a process of its own, its progress shown, and return what it printed."""
    print(f"measuring {module.removeprefix('benchmarks.')} ...", file=sys.stderr)
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - ourselves
    return dict(json.loads(done.stdout))


def main() -> None:
    latency = measured("benchmarks.latency")
    rates = [measured("benchmarks.throughput", exercise)["throughput"] for exercise in ("pointwise-conv", "bottleneck")]
    throughput = {name: figures for rate in rates for name, figures in rate.items()}  # type: ignore[attr-defined]
    print(json.dumps({**latency, "throughput": throughput}, indent=2))


if __name__ == "__main__":
    main()
