"""The engine behind formulas ends with its process; it and the parser give everybody their own, at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from markdown_it.ruler import Ruler

from grader.web.prose import grammar, render_inline

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt

SETS_A_FORMULA = "from grader.web.prose import render_inline; assert '<math' in render_inline('$x$').html"


def test_a_process_that_set_formulas_ends() -> None:
    for _ in range(4):  # it hung every other time
        subprocess.run([sys.executable, "-c", SETS_A_FORMULA], timeout=60, check=True)


def test_many_at_once_get_their_own() -> None:
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda number: render_inline(f"$x_{{{number}}}$").html, range(200)))
    assert [f"x_{{{number}}}</annotation>" in html for number, html in enumerate(found)] == [True] * 200


@pytest.mark.parametrize("parser_of", [grammar.of_pages, grammar.of_lines])
def test_a_parser_gathers_its_rules_before_anybody_shares_it(
    parser_of: Callable[[], MarkdownIt], monkeypatch: pytest.MonkeyPatch
) -> None:
    parser = parser_of()
    monkeypatch.delattr(Ruler, "__compile__")  # of two threads that do it at once, one sees too few
    assert parser.parse("A *b*\n\n| c |\n|---|\n| $d$ |\n")
