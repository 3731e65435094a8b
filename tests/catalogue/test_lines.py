"""The line of every key of a TOML text, whatever style it is written in."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.catalogue.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.catalogue.lines import Path as Keys

EXERCISES = Path(__file__).parents[2] / "exercises"

STYLES = [
    "",
    "a = 1 # one = 1",
    '"b c" = "x # y = 2"   # [no.table]',
    "'d\"' = 'e \\'",
    'f.g . "h" = [1, [2,',
    '  3], { i = 4, j.k = "}" },   # ] ,',
    "  # m = 1",
    '  """',
    "  n = 1",
    '  \\""" o""""",',
    "]",
    "p = 1979-05-27 07:32:00Z",
    "",
    "[q.r]",
    's = """\\',
    "   t = 1",
    '   """',
    "u = {}",
    "v = [ ]",
    "[[w]]",
    "x = 1",
    "[[w]]",
    "x = 2",
    "[[w.y]]",
    "z = 1",
    "[[w.y]]",
    "z = '''",
    "y = 2",
    "''''",
    "last = 1",
]


def paths(value: object, path: Keys = ()) -> Iterator[Keys]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths(inner, (*path, key))


def test_every_style_of_key_is_found_in_its_line() -> None:
    text = "\r\n".join(STYLES)
    lines = lines_of(text)
    assert set(paths(tomllib.loads(text))) == set(lines)
    expected: dict[Keys, int] = {
        ("a",): 2, ("b c",): 3, ('d"',): 4, ("f", "g", "h"): 5, ("f", "g", "h", 1, 1): 6,
        ("f", "g", "h", 2, "j", "k"): 6, ("f", "g", "h", 3): 8, ("p",): 12, ("q",): 14, ("q", "r"): 14,
        ("q", "r", "s"): 15, ("q", "r", "v"): 19, ("w",): 20, ("w", 0): 20,
        ("w", 1): 22, ("w", 1, "x"): 23, ("w", 1, "y", 0, "z"): 25, ("w", 1, "y", 1): 26,
        ("w", 1, "y", 1, "last"): 30,
    }  # fmt: skip
    assert {path: lines[path] for path in expected} == expected


@pytest.mark.parametrize("file", sorted(EXERCISES.rglob("*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_key_of_our_lessons_is_found(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = lines_of(text)
    assert set(paths(tomllib.loads(text))) == set(lines)
    for path, line in lines.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in text.splitlines()[line - 1]


PIECES = [
    "a", "b", '"c"', "'d'", ".", " = ", "=", "1", '"x"', '"""', "'''", "[", "]", "[[", "]]", "{", "}", ",", "\n", "#",
    " ", "\\", '"', "'", "true", "1e5", "\r\n", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=500, deadline=None)
def test_no_text_makes_it_fail_and_what_is_toml_is_found_in_full(text: str) -> None:
    lines = lines_of(text)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(paths(values)) == set(lines)
    assert 1 <= min(lines.values()) <= max(lines.values()) <= text.count("\n") + 1
