"""`python -m benchmarks.similarity`: what comparing a class of 500 costs, beside only parsing the same sources.

The class hands in the right solutions of one exercise in turn, each with names of its own and a number of lines that
nobody else has, so that no two sources are the same text and most pairs share something. Prints one JSON object.
"""

from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.domain.similarity import common, everything, fingerprints, rank, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
EXERCISE = "projection-bottleneck"  # of the longest solutions
CLASS = 500
LINE = "        own_{n} = [each for each in range({n}) if each % {m} and not each - {m}]\n"


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def sources() -> list[str]:
    solutions = sorted((ROOT / "tests/solutions" / EXERCISE).glob("right_*.py"))
    return [_one(solutions[number % len(solutions)].read_text(encoding="utf-8"), number) for number in range(CLASS)]


def _one(source: str, number: int) -> str:
    own = "".join(LINE.format(n=number + 2, m=each + 2) for each in range(number % 7))
    return f"{source.replace('out', f'out_{number}')}\n\ndef more_{number}():\n{own}        return {number}\n"


def compare(found: list[str], starter: str) -> None:
    ignored = everything(tokens(starter))
    prints = {key: fingerprints(tokens(source), ignored=ignored) for key, source in enumerate(found)}
    rank(prints, ignored=common(prints.values()))


def main() -> None:
    found = sources()
    [starter] = (ROOT / "exercises").glob(f"*/{EXERCISE}/starter.py")
    parsing = seconds(lambda: [ast.parse(source) for source in found])
    comparing = seconds(lambda: compare(found, starter.read_text(encoding="utf-8")))
    figures = {
        "sources": CLASS,
        "kB": round(sum(map(len, found)) / 1000),
        "parsing_s": parsing,
        "comparing_s": comparing,
    }
    print(json.dumps({**figures, "times_parsing": comparing / parsing}, indent=2))


if __name__ == "__main__":
    main()
