"""What of a source is compared, and that no source holds anybody up."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from grader.domain.similarity import everything, fingerprints, passages, rank, tokens
from grader.domain.similarity.tokens import MOST_TOKENS

KIB_256 = 256 * 1024

HOSTILE = {
    "one_token": "a" * KIB_256,
    "one_number": "9" * KIB_256,
    "one_sign": "+" * KIB_256,
    "one_statement_over_and_over": "x = 1\n" * (KIB_256 // 6),
    "deep_brackets": "(" * KIB_256,
    "closed_brackets": "(" * 5_000 + ")" * 5_000,
    "deep_minus": "x = " + "-" * 60_000 + "1",
    "long_sum": "x = 1" + "+1" * 30_000,
    "deep_attributes": "x = a" + ".a" * 30_000,
    "deep_blocks": "".join(" " * depth + "if x:\n" for depth in range(99)),
    "braces": "f'" + "{" * KIB_256,
    "nul": "x = 1\n\0y = 2",
    "half_a_pair": "x = '\ud800'",
    "no_end": "x = '''" + "y\n" * 1000,
    "blank": " \n\t\n",
    "empty": "",
    "only_ends_of_lines": "\n" * KIB_256,
    "no_python": "Dear all, it's (not) {finished} yet\n" * 100,
}


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2  # a comment"),
        ("import torch\ny = torch.relu(x)", "import torch as t\nz = t.relu(x)"),
        ("def f(a: int) -> int: return a", "def g(b): return b"),
        ("x: int = 1", "y = 1.5"),
        ("x: int\nx = 1", "x = 1"),
        ("class A:\n def f(self): return self.a", "class B:\n  def g(me):\n    return me.b"),
        ("x = conv(y, stride=1)", "z = conv(y, padding=2)"),
        ("'''What it is for.'''\nx = 1", "x = (\n    (1)\n)"),
        ("x = 1; pass", "x = 1"),
        ("try:\n f()\nexcept E as e:\n raise e", "try:\n f()\nexcept E as error:\n raise error"),
        ("f = lambda a: a", "f = lambda b: b"),
    ],
)
def test_what_changes_nothing_is_not_seen(one: str, other: str) -> None:
    assert texts(one) == texts(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y = torch.relu(x)", "y = torch.tanh(x)"),
        ("y = x.view(2)", "y = x.reshape(2)"),
        ("y = x + 1", "y = x - 1"),
        ("y = sum(x)", "y = max(x)"),
        ("y = None", "y = True"),
        ("for a in x: f(a)", "while x: f(a)"),
        ("x = 1", "x = 'one'"),
    ],
)
def test_what_is_done_is(one: str, other: str) -> None:
    assert texts(one) != texts(other)


def test_a_token_knows_its_line() -> None:
    assert [token.line for token in tokens("\nx = 1\n\ny = (\n    2)")] == [2, 2, 2, 4, 4, 5]


def test_a_source_with_a_mistake_is_compared_by_its_words() -> None:
    broken = "def forward(self, x)\n    return x"
    assert texts(broken) == ["def", "forward", "(", "self", ",", "x", ")", "return", "x"]


@pytest.mark.timeout(20)  # of which the slowest takes half a second
@pytest.mark.parametrize("source", HOSTILE.values(), ids=list(HOSTILE))
def test_no_source_holds_up_or_breaks_a_comparison(source: str) -> None:
    found = tokens(source)
    assert len(found) <= MOST_TOKENS
    prints = fingerprints(found)
    assert prints <= everything(found)
    rank(dict.fromkeys(range(20), prints), ignored=frozenset())
    passages(found, found, ignored=frozenset())


def test_fingerprints_are_the_same_in_every_process() -> None:
    code = (
        "from grader.domain.similarity import fingerprints, tokens;"
        "print(sorted(fingerprints(tokens('def f(a, b): return [a.view(i) + b for i in range(3) if i]'))))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
    assert said != {b"[]\n"}
