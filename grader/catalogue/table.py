"""A TOML table read key by key; what is missing, mistyped or unknown is a BadExercise with its line and a remedy."""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from grader.catalogue.lines import Path, lines_of
from grader.domain.errors import BadExercise

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping, Sequence

    Kind = TypeVar("Kind", bound=enum.Enum)

Value = TypeVar("Value")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")  # of "choices[2].text"
# What is left of LaTeX between "double quotes", where \f, \b, \t, \r and \n of \frac, \beta, \times … are escapes.
_SWALLOWED = re.compile(r"[\b\f\r]|\t(?:imes|ext|heta|au|ilde|an|op)|\n(?:abla|eq|u\b)")
_NAMES = {
    str: "text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    object: "a value",
}


def bad(file: str, key: str, problem: str, remedy: str) -> BadExercise:
    """Return the error: which file and key, what is wrong, what to do."""
    return BadExercise(f"{file}: {key}: {problem}; {remedy}")


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return the remedy for an unknown name.

    >>> suggestion("titel", ["title", "order"])
    'did you mean title?'
    >>> suggestion("x", ["title", "order"])
    'known are order, title'
    """
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted({*known}))}"


def said(value: object) -> str:
    """Return *value* as a lecturer wrote it, or nearly.

    >>> said(Decimal("2.5")), said("two")
    ('2.5', "'two'")
    """
    return str(value) if isinstance(value, Decimal) else repr(value)


class Table:
    """*where* leads to the table inside its file: "questions[2].", say. Call `end` after the last key.

    *text* is the whole TOML file, in which an error looks for its line; without it, *where* has to say the line.
    """

    def __init__(self, file: str, values: Mapping[str, object], *, text: str = "", where: str = "") -> None:
        self.file = file
        self.where = where
        self._values = values
        self._text = text
        self._asked: list[str] = []

    def bad(self, key: str, problem: str, remedy: str) -> BadExercise:
        """Return the error about *key* of this table, or about a part of it: "choices[2].text", say."""
        file = f"{self.file}: line {self._line(key)}" if self._text else self.file
        return bad(file, f"{self.where}{key}", problem, remedy)

    def _line(self, key: str) -> int:
        """Return the line of *key*; of what is missing, the line of what it is missing in."""
        lines = lines_of(self._text)
        parts = _PART.findall(f"{self.where}{key}")
        path: Path = tuple(name or int(number) - 1 for name, number in parts)
        while path not in lines:
            path = path[:-1]
        return lines[path]

    def has(self, key: str) -> bool:
        """Whether *key* is given, for one that has no default."""
        self._asked.append(key)
        return key in self._values

    def value(self, key: str, kind: type[Value], *, default: Value | None = None) -> Value:
        """Return the value of *key*, which is required unless there is a default."""
        self._asked.append(key)
        if key not in self._values:
            if default is not None:
                return default
            unknown = [name for name in self._values if name not in self._asked]
            if meant := difflib.get_close_matches(key, unknown, n=1):
                raise self.bad(meant[0], "unknown key", f"did you mean {key}?")
            raise self.bad(key, "missing", f"give {_NAMES[kind]}")
        value = self._values[key]
        # bool is an int to Python, but never to a lecturer
        if not isinstance(value, kind) or (isinstance(value, bool) and kind not in (bool, object)):
            raise self.bad(key, f"{said(value)} is of the wrong type", f"give {_NAMES[kind]}")
        return value

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text; a required one must say something."""
        text = self.value(key, str, default=default)
        if default is None and not text.strip():
            raise self.bad(key, "empty", "write what students shall read, or what it names")
        return self._whole_text(key, text)

    def _whole_text(self, key: str, text: str) -> str:
        if _SWALLOWED.search(text):
            problem = 'between "double quotes" a backslash begins a sign of its own'
            raise self.bad(key, problem, "put a text with LaTeX between 'single quotes', or write \\\\ for \\")
        return text

    def whole(self, key: str, *, least: int = 1, default: int | None = None) -> int:
        """Return a whole number of at least *least*."""
        number = self.value(key, int, default=default)
        if number < least:
            raise self.bad(key, f"{number} is too small", f"give {least} or more")
        return number

    def number(self, key: str, *, default: int | None = None) -> int | Decimal:
        """Return a number, exactly as it was written."""
        number = self.value(key, object, default=default)
        if isinstance(number, bool) or not isinstance(number, (int, Decimal)) or not math.isfinite(number):
            raise self.bad(key, f"{said(number)} is no number", "give a number")
        return number

    def slug(self, key: str) -> str:
        """Return a name fit for an address."""
        text = self.text(key)
        if not SLUG.fullmatch(text):
            raise self.bad(key, f"{text!r} is no slug", "use lower-case letters, digits and single hyphens")
        return text

    def one_of(self, key: str, kinds: type[Kind], *, default: Kind | None = None) -> Kind:
        """Return a member of *kinds* by its value."""
        text = self.value(key, str, default=default.value if default else None)
        known = [kind.value for kind in kinds]
        if text not in known:
            raise self.bad(key, f"unknown {text!r}", suggestion(text, known))
        return kinds(text)

    def texts(self, key: str, *, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """Return a list of different texts."""
        texts = self.value(key, list, default=None if default is None else list(default))
        for number, text in enumerate(texts, start=1):
            if not isinstance(text, str):
                raise self.bad(
                    f"{key}[{number}]", f"{said(text)} is of the wrong type", "give a list of texts in quotes"
                )
            if text in texts[: number - 1]:
                raise self.bad(f"{key}[{number}]", f"{text!r} stands there twice", "name it once")
            self._whole_text(f"{key}[{number}]", text)
        return tuple(texts)

    def tables(self, key: str, *, default: Sequence[object] | None = None) -> list[Table]:
        """Return a list of tables: `[[key]]` in TOML."""
        values = self.value(key, list, default=None if default is None else list(default))
        return [self._inner(f"{key}[{number}]", value) for number, value in enumerate(values, start=1)]

    def table(self, key: str) -> Table:
        """Return an optional table: `[key]` in TOML."""
        return self._inner(key, self.value(key, dict, default={}))

    def _inner(self, key: str, value: object) -> Table:
        if not isinstance(value, dict):
            raise self.bad(key, f"{said(value)} is of the wrong type", "give a table")
        return Table(self.file, value, text=self._text, where=f"{self.where}{key}.")

    def names(self) -> list[str]:
        """Return the keys, for a table whose keys are the lecturer's names."""
        return list(self._values)

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.bad(key, "unknown key", suggestion(key, self._asked))
