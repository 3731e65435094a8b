"""The engine behind formulas: it ends with its process, and gives everybody their own."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from grader.web.prose import render_inline

SETS_A_FORMULA = "from grader.web.prose import render_inline; assert '<math' in render_inline('$x$').html"


def test_a_process_that_set_formulas_ends() -> None:
    for _ in range(4):  # it hung every other time
        subprocess.run([sys.executable, "-c", SETS_A_FORMULA], timeout=60, check=True)


def test_many_at_once_get_their_own() -> None:
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda number: render_inline(f"$x_{{{number}}}$").html, range(200)))
    assert [f"x_{{{number}}}</annotation>" in html for number, html in enumerate(found)] == [True] * 200
