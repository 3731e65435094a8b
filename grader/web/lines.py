"""A source line by line, in colours and with numbers, in stretches between which something else is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from grader.domain.difference import lines
from grader.domain.inert import inert
from grader.web.result import listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.domain.similarity import Lines

_TAG_OR_END = re.compile(r"(<[^>]+>|\n)")


MOST_LINES = 5_000
"""That have numbers: ten times as many as the longest honest source has. Each takes 60 bytes of the page."""


@dataclass(frozen=True)
class Line:
    """A line of a source, counted from 1."""

    number: int
    code: Markup


@dataclass(frozen=True)
class Stretch:
    """Lines that lie in the same spans, told by their numbers from 1; *starts* are those that begin here."""

    lines: Sequence[Line]
    spans: Sequence[int] = ()
    starts: Sequence[int] = ()


def numbered(source: str) -> list[Line]:
    """Return the lines of *source* in colours, as many as an editor counts; beyond MOST_LINES the rest as one."""
    written = [line.replace("\r", "\\r") for line in lines(source)]  # alone, it is a new line to some and not to others
    shown, rest = written[:MOST_LINES], "\n".join(written[MOST_LINES:])
    codes = _split(listing("\n".join(shown)))  # which may end with a line too many
    found = [Line(number, code) for number, (_, code) in enumerate(zip(shown, codes, strict=False), start=1)]
    return [*found, Line(MOST_LINES + 1, escape(inert(rest, kept="\n\t")))] if rest else found


def broken_after(found: Sequence[Line], last: set[int]) -> list[Stretch]:
    """Return *found* in stretches of which each but the final one ends with a line in *last*."""
    breaks = [0, *(number for number in sorted(last) if 0 < number < len(found)), len(found)]
    return [Stretch(found[start:end]) for start, end in pairwise(breaks)]


def marked(found: Sequence[Line], spans: Sequence[Lines]) -> list[Stretch]:
    """Return *found* in stretches that lie in the same of *spans*."""
    told: dict[int, list[int]] = {line.number: [] for line in found}
    for place, span in enumerate(spans, start=1):
        for number in range(span.first, min(span.last, len(found)) + 1):
            told[number].append(place)
    stretches, seen = [], set[int]()
    for inside, group in groupby(found, key=lambda line: told[line.number]):
        stretches.append(Stretch(list(group), inside, [place for place in inside if place not in seen]))
        seen.update(inside)
    return stretches


def _split(code: Markup) -> Iterator[Markup]:
    """Yield the lines of *code*; a colour that goes over several is begun anew in each."""
    line, opened = "", ""
    for part in _TAG_OR_END.split(code):
        if part == "\n":
            yield Markup(line + ("</span>" if opened else ""))  # noqa: S704 - Pygments's text, escaped, and our tags
            line = opened
            continue
        if part.startswith("<"):
            opened = "" if part.startswith("</") else part
        line += part
    yield Markup(line)  # noqa: S704 - the same
