"""A lesson as the service knows it: a page to read, with exercises and quizzes beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = re.compile(r"\[[^\[\]]+\]\((exercise|quiz):([a-z0-9-]+)\)")
_NAMED = re.compile(r"\]\(<?(exercise|quiz):([^\s)>]*)")
_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1|\Z)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One folder below `exercises/`; *page* is Markdown, *minutes* the time to read it."""

    slug: str
    title: str
    order: int
    minutes: int
    page: str


@dataclass(frozen=True)
class Named:
    """An exercise or a quiz that a page names, on *line*, from 1; its card comes there if it *is_place*."""

    kind: str
    slug: str
    line: int
    is_place: bool


def place_in(paragraph: str) -> tuple[str, str] | None:
    """Return the kind and slug of the exercise or quiz whose place *paragraph* is; None for any other paragraph.

    >>> place_in("[Build *it*](exercise:pointwise-conv)"), place_in("[Before](quiz:before)"), place_in("[Paper](a:b)")
    (('exercise', 'pointwise-conv'), ('quiz', 'before'), None)
    """
    found = _PLACE.fullmatch(paragraph.strip())
    return (found[1], found[2]) if found else None


def named_in(page: str) -> Iterator[Named]:
    """Give each exercise and quiz that *page* names outside code; a place has blank lines around it.

    >>> [(each.slug, each.line, each.is_place) for each in named_in("Like [b](quiz:y) and [c](quiz:z).")]
    [('y', 1, False), ('z', 1, False)]
    """
    without_code = _CODE.sub(lambda code: "\n" * code[0].count("\n"), page)
    lines = ["", *without_code.split("\n"), ""]
    for number, line in enumerate(lines[1:-1], start=1):
        is_alone = not (lines[number - 1].strip() or lines[number + 1].strip())
        for kind, slug in _NAMED.findall(line):
            yield Named(kind, slug, number, is_place=is_alone and place_in(line) is not None)
