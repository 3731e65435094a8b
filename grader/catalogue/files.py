"""Files of a lesson, read only from inside their folder; an error names them as the lecturer knows them."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import os
import re
import tomllib
from decimal import Decimal
from typing import TYPE_CHECKING

from grader.catalogue.table import Table, bad

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.domain.errors import BadExercise

_REMEDIES = {
    "Invalid value": "put texts in quotes, but no numbers, lists, true and false",
    "Expected '='": "write one key = value on each line",
    "Expected newline": 'write one key = value on each line, and \\" for a quote inside quotes',
    "Invalid statement": "write one key = value on each line, or a [table]",
    "Cannot": "write each key and each [table] once; a list of tables is [[…]] each time",
    "Duplicate": "write each key once",
    "Unescaped": "put a text with LaTeX between 'single quotes', or write \\\\ for \\",
    "Illegal character": "put a text of several lines between three quotes and three quotes",
}
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")

Stamp = tuple[tuple[str, int, int, int], ...]


class Folder:
    """One lesson's or exercise's folder; *name* is its path below the catalogue's root, for messages."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name

    def has(self, file: str) -> bool:
        """Whether *file* is there."""
        return (self.path / file).is_file()

    def data(self, file: str) -> bytes:
        """Return *file*'s bytes; BadExercise when it is missing or lies elsewhere."""
        path = self.path / file
        if not path.is_file():
            raise bad(self.called(file), "file", "missing", "write it; exercises/README.md says what is in it")
        if not path.resolve().is_relative_to(self.path.resolve()):
            raise bad(self.called(file), "file", "a link that leaves its folder", "copy the file here")
        return path.read_bytes()

    def text(self, file: str) -> str:
        """Return *file* as text, which must be UTF-8 and not empty."""
        try:
            text = self.data(file).decode("utf-8")
        except UnicodeDecodeError as error:
            problem = f"byte {error.start} is not UTF-8"
            raise bad(self.called(file), "file", problem, "save the file as UTF-8") from error
        if not text.strip():
            raise bad(self.called(file), "file", "empty", "exercises/README.md says what is in it")
        return text

    def toml(self, file: str) -> Table:
        """Return a TOML file as a table; decimals stay exact."""
        text = self.text(file)
        try:
            values = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            raise _no_toml(self.called(file), text, str(error)) from error
        return Table(self.called(file), values, text=text)

    def python(self, file: str) -> ast.Module:
        """Return a Python file's tree; nothing in it runs."""
        try:
            return ast.parse(self.text(file), filename=file)
        except (SyntaxError, ValueError) as error:  # ValueError: null bytes
            line = getattr(error, "lineno", None) or 1
            raise bad(self.called(file), f"line {line}", "no valid Python", str(error)) from error

    def called(self, file: str) -> str:
        """Return the file's name for messages."""
        return f"{self.name}/{file}"

    def stamp(self, files: Iterable[str]) -> Stamp:
        """Return what changes when one of *files* does: name, size, times."""
        found = []
        for file in files:
            with contextlib.suppress(OSError):  # a missing file is said when it is read
                stat = os.stat(f"{self.path}/{file}")  # noqa: PTH116 - a page asks for dozens; Path costs twice as much
                found.append((file, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns))
        return tuple(found)

    def digest(self, files: Iterable[str]) -> str:
        """Return SHA-256 over names, lengths and bytes, as 64 hexadecimal digits."""
        whole = hashlib.sha256()
        for file in sorted(files):
            data = self.data(file)
            whole.update(f"{file}\0{len(data)}\0".encode())
            whole.update(data)
        return whole.hexdigest()


def _no_toml(file: str, text: str, said: str) -> BadExercise:
    """Return the error for what tomllib *said* of *text*."""
    place = _PLACE.search(said)
    line = place[1] if place and place[1] else max(1, len(text.splitlines()))
    remedy = next(
        (remedy for start, remedy in _REMEDIES.items() if said.startswith(start)),
        "close the quote or bracket that was opened last",
    )
    return bad(file, f"line {line}", f"no valid TOML: {_PLACE.sub('', said)}", remedy)
