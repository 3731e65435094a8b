"""Rehearse a lesson: its page names work that is there, its Python runs, code in quizzes prints what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.lesson import named_in
from grader.domain.printed import read_printed
from grader.services.prove import Flaw

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping


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


def misplaced(file: str, page: str, there: Mapping[str, Collection[str]]) -> Iterator[Flaw]:
    """Give what *page* names and isn't *there*, by kind, and what has no paragraph of its own; *file* is the page's."""
    for each in named_in(page):
        known = there[each.kind]
        if each.slug not in known:
            told = f"line {each.line}: no {each.kind} is called {each.slug!r}"
            yield Flaw(file, told, f"there are: {', '.join(sorted(known)) or 'none'}")
        elif not each.is_place:
            told = f"line {each.line}: the {each.kind} {each.slug!r} stands inside other text"
            yield Flaw(file, told, "put the link, all by itself, between two blank lines")
