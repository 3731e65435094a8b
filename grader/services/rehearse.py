"""Rehearse a lesson: its texts' Python runs, and questions about code print what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.printed import read_printed
from grader.services.prove import Flaw

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Snippet:
    """Python in a lesson's text, on *line* of a *file* of the folder *owner*: an exercise's, or "" for the lesson's.

    Those of one *world* run in order and share their names; where one fails, the rest are left out. *about* says what
    the snippet is, *remedy* what to do when it does not run, *printed* what it must print, None for anything.
    """

    owner: str
    file: str
    line: int
    code: str
    world: str
    about: str
    remedy: str
    printed: str | None = None


@dataclass(frozen=True)
class Ran:
    """What became of a snippet: *problem* is a verb with its object, in *line* of the code, when it did not run."""

    printed: str = ""
    problem: str = ""
    line: int = 1


def judge(snippet: Snippet, ran: Ran) -> Flaw | None:
    """Return what is wrong with *snippet*, None when it does what it must."""
    if ran.problem:
        line = snippet.line + (ran.line - 1 if snippet.printed is None else 0)
        return Flaw(snippet.file, f"line {line}: {snippet.about} {ran.problem}", snippet.remedy)
    if snippet.printed is None or read_printed(ran.printed) == read_printed(snippet.printed):
        return None
    told = f"{snippet.about} prints {ran.printed.strip()!r:.300}, and answer says {snippet.printed.strip()!r:.300}"
    return Flaw(snippet.file, f"line {snippet.line}: {told}", "write as answer what is printed, or change the code")


def flaws_of(performed: Iterable[tuple[Snippet, Ran | None]]) -> dict[str, list[Flaw]]:
    """Return the flaws by their owner."""
    found: dict[str, list[Flaw]] = {}
    for snippet, ran in performed:
        if ran is not None and (flaw := judge(snippet, ran)) is not None:
            found.setdefault(snippet.owner, []).append(flaw)
    return found
