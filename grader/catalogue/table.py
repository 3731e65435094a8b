"""A TOML table read key by key; what is missing, mistyped or unknown is a BadExercise with a remedy."""

from __future__ import annotations

import difflib
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from grader.domain.errors import BadExercise

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping, Sequence

    Kind = TypeVar("Kind", bound=enum.Enum)

Value = TypeVar("Value")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
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
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"


class Table:
    """*where* leads to the table inside its file: "questions[2].", say. Call `end` after the last key."""

    def __init__(self, file: str, values: Mapping[str, object], *, where: str = "") -> None:
        self.file = file
        self.where = where
        self._values = values
        self._asked: list[str] = []

    def bad(self, key: str, problem: str, remedy: str) -> BadExercise:
        """Return the error about *key* of this table."""
        return bad(self.file, f"{self.where}{key}", problem, remedy)

    def value(self, key: str, kind: type[Value], *, default: Value | None = None) -> Value:
        """Return the value of *key*, which is required unless there is a default."""
        self._asked.append(key)
        if key not in self._values:
            if default is None:
                raise self.bad(key, "missing", f"give {_NAMES[kind]}")
            return default
        value = self._values[key]
        # bool is an int to Python, but never to a lecturer
        if not isinstance(value, kind) or (isinstance(value, bool) and kind not in (bool, object)):
            raise self.bad(key, f"{value!r} is of the wrong type", f"give {_NAMES[kind]}")
        return value

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return a text; a required one must say something."""
        text = self.value(key, str, default=default)
        if default is None and not text.strip():
            raise self.bad(key, "empty", "write what students shall read, or what it names")
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
            raise self.bad(key, f"{number!r} is no number", "give a number")
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
        for text in texts:
            if not isinstance(text, str):
                raise self.bad(key, f"{text!r} is of the wrong type", "give a list of texts in quotes")
            if texts.count(text) > 1:
                raise self.bad(key, f"{text!r} stands there twice", "name it once")
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
            raise self.bad(key, f"{value!r} is of the wrong type", "give a table")
        return Table(self.file, value, where=f"{self.where}{key}.")

    def names(self) -> list[str]:
        """Return the keys, for a table whose keys are the lecturer's names."""
        return list(self._values)

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._values:
            if key not in self._asked:
                raise self.bad(key, "unknown key", suggestion(key, self._asked))
