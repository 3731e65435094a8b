"""In which line of a TOML text each key stands; tomllib says what stands there, but not where.

Only for texts that tomllib has read: what is no TOML was refused before, with its line.
"""

from __future__ import annotations

import contextlib
import re
import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Path: TypeAlias = "tuple[str | int, ...]"
"""Keys and places in lists, from 0: ("questions", 2, "slug")."""

_BLANK = re.compile(r"[ \t\r]*")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' r"|'''.*?'''(?:'{0,2})" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, of every key and every member of a list in *text*.

    >>> lines_of('''
    ... [[a]]
    ... b = [1,
    ...      2]''')[("a", 0, "b", 1)]
    4
    """
    scanner = _Scanner(text)
    # a message without its line is better than none
    with contextlib.suppress(_LostError, tomllib.TOMLDecodeError):
        scanner.scan()
    return scanner.found


class _LostError(Exception):
    """Something stands there that is not foreseen here."""


class _Scanner:
    """Goes over the text once; each method leaves `at` behind what it read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, int] = {(): 1}
        self._ends = [place for place, sign in enumerate(text) if sign == "\n"]
        self._tables: dict[Path, int] = {}  # how many [[…]] there are of each list

    def scan(self) -> None:
        table: Path = ()
        self.skip(_SPACE)
        while self.at < len(self.text):
            if self.sees("["):
                table = self.header()
            else:
                self.pair(table)
            self.skip(_SPACE)

    def header(self) -> Path:
        """Read [a.b] or [[a.b]]."""
        start, several = self.at, self.sees("[[")
        self.at += 1 + several
        *parents, last = self.keys()
        path: Path = ()
        for key in parents:
            self.note((*path, key), start)
            path = self.latest((*path, key))
        path = (*path, last)
        if several:
            self.note(path, start)
            self._tables[path] = self._tables.get(path, -1) + 1
            path = self.latest(path)
        self.note(path, start)
        self.at += 1 + several
        return path

    def latest(self, path: Path) -> Path:
        """Return the table that *path* means: of a list of tables the last one."""
        return (*path, self._tables[path]) if path in self._tables else path

    def pair(self, table: Path) -> None:
        """Read a.b = value."""
        start = self.at
        path = table
        for key in self.keys():
            path = (*path, key)
            self.note(path, start)
        self.at += 1  # =
        self.skip(_BLANK)
        self.value(path)

    def keys(self) -> list[str]:
        """Read a."b".c with the blanks around it."""
        found = []
        while True:
            self.skip(_BLANK)
            raw = self.skip(_KEY)
            found.append(tomllib.loads(f"key = {raw}")["key"] if raw[:1] in {'"', "'"} else raw)
            self.skip(_BLANK)
            if not self.sees("."):
                return found
            self.at += 1

    def value(self, path: Path) -> None:
        if self.sees("["):
            self.members(path)
        elif self.sees("{"):
            self.inline(path)
        else:
            self.skip(_STRING if self.sees('"') or self.sees("'") else _BARE)

    def members(self, path: Path) -> None:
        """Read [1, 2]."""
        self.at += 1
        number = 0
        self.skip(_SPACE)
        while not self.sees("]"):
            self.note((*path, number), self.at)
            self.value((*path, number))
            self.comma()
            number += 1
        self.at += 1

    def inline(self, path: Path) -> None:
        """Read { a = 1, b = 2 }."""
        self.at += 1
        self.skip(_SPACE)
        while not self.sees("}"):
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.skip(_SPACE)
        if self.sees(","):
            self.at += 1
            self.skip(_SPACE)

    def note(self, path: Path, place: int) -> None:
        self.found.setdefault(path, bisect_right(self._ends, place - 1) + 1)

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self.text, self.at)
        if found is None or not (found[0] or what in {_BLANK, _SPACE}):
            raise _LostError
        self.at = found.end()
        return found[0]
