"""A roster as CSV: columns `login`, `name`, `section`, `role` in any order, as spreadsheets and registrars write it.

What is wrong is told line by line, all of it at once, so that a file is mended in one go.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.domain.errors import Invalid, TooLarge
from grader.domain.inert import inert
from grader.domain.naming import parse_login, parse_name, parse_section
from grader.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COLUMNS = ("login", "name", "section", "role")
MOST_BYTES = 1024 * 1024
MOST_LINES = 5000
_DELIMITERS = ",;\t"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN = 40  # characters of a cell that is quoted in a message
_ROLES = ", ".join(role.value for role in Role)


@dataclass(frozen=True)
class Line:
    """A person, as a line says; None is what it does not say.

    A file without the column says nothing of a section; one that has the column and an empty cell says "in none".
    """

    number: int  # in the file, from 1
    login: str
    name: str | None = None
    section: str | None = None
    role: Role | None = None


@dataclass(frozen=True)
class Problem:
    """Why a line can't be taken, and what to do."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True)
class Sheet:
    """A file that was read: its people, what is wrong, and which columns mean nothing here."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()
    ignored: tuple[str, ...] = ()


def parse(data: bytes) -> Sheet:
    r"""Return what a file says; TooLarge for a very long one, Invalid for one that is no roster at all.

    >>> sheet = parse(b"Login;Name\nada;Ada\n a b ;Bob\n")
    >>> sheet.lines[0].login, str(sheet.problems[0])
    ('ada', "line 3: 'a b' is no login: it must not contain blanks, slashes or what can't be seen")
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"the roster is too large: at most {MOST_BYTES // 1024} KiB are taken")
    text = decode(data)
    records = _records(text, _delimiter(text))
    number, header = next(((number, cells) for number, cells in records if isinstance(cells, list)), (1, []))
    columns = _columns(header, number)
    ignored = tuple(inert(name.strip()) for name in header if name.strip() and name.strip().lower() not in COLUMNS)
    return _read(records, columns, len(header), ignored)


def _read(
    records: Iterator[tuple[int, list[str] | str]], columns: Mapping[str, int], width: int, ignored: tuple[str, ...]
) -> Sheet:
    lines: dict[str, Line] = {}
    problems = []
    for count, (number, cells) in enumerate(records, 1):
        if count > MOST_LINES:
            raise TooLarge(f"the roster is too long: at most {MOST_LINES:,} lines are taken")
        try:
            line = _line(number, cells, columns, width)
            first = lines.setdefault(line.login, line)
        except Invalid as error:
            problems.append(Problem(number, str(error)))
            continue
        if first is not line:
            problems.append(Problem(number, f"{line.login!r} stands in line {first.number} already: keep one of them"))
    return Sheet(tuple(lines.values()), tuple(problems), ignored)


def _line(number: int, cells: list[str] | str, columns: Mapping[str, int], width: int) -> Line:
    if isinstance(cells, str):
        raise Invalid(cells)
    if any(cell.strip() for cell in cells[width:]):
        raise Invalid(f"there are {len(cells)} cells for {width} columns: put quotes around a cell that holds a comma")
    found = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    return Line(
        number,
        parse_login(found["login"]),
        parse_name(found["name"]) if found.get("name") else None,
        parse_section(found["section"]) if "section" in found else None,
        _role(found["role"]) if found.get("role") else None,
    )


def _role(text: str) -> Role:
    try:
        return Role(text.lower())
    except ValueError:
        raise Invalid(f"{text[:_SHOWN]!r} is no role: use one of {_ROLES}, or leave the cell empty") from None


def decode(data: bytes) -> str:
    """Return a file's text; Invalid, with the line, for one in another encoding than UTF-8 or a marked UTF-16."""
    encoding = "utf-16" if data.startswith(_WIDE) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Invalid(
            f"line {line} is not in UTF-8: save the file once more, as “CSV UTF-8”", field="file", line=line
        ) from None


def _delimiter(text: str) -> str:
    """Return what divides cells: whatever makes most of the first line's columns known."""
    first = next((line for line in text.splitlines() if line.strip(_DELIMITERS + " ")), "")
    return max(_DELIMITERS, key=lambda each: sum(_is_known(cell) for cell in first.replace('"', "").split(each)))


def _is_known(cell: str) -> bool:
    return cell.strip().lower() in COLUMNS


def _columns(header: Sequence[str], number: int) -> Mapping[str, int]:
    """Return where each known column stands; Invalid unless there is one login."""
    names = [cell.strip().lower() for cell in header]
    twice = next((name for name in COLUMNS if names.count(name) > 1), None)
    if twice:
        raise Invalid(f"line {number}: the column {twice!r} stands there twice: keep one of them", field="file")
    if "login" not in names:
        raise Invalid(
            f"line {number} must name the columns, at least login: {', '.join(COLUMNS)}", field="file", line=number
        )
    return {name: names.index(name) for name in COLUMNS if name in names}


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the number and the cells of each line that is not blank; of one that can't be read, why."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield number, 'the quotes don\'t match: a cell begins and ends with ", and one inside it is written ""'
            return  # what follows may be inside the quotes
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells
