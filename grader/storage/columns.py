"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime, Enum, Text
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    import enum

    from sqlalchemy import Dialect

_UNSTORABLE = {0: "\ufffd"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""PostgreSQL takes no NUL and no lone surrogate; a student's print may hold both."""


class UtcTime(TypeDecorator[datetime]):
    """A moment, always with zone UTC outside the database; SQLite keeps it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse times without a zone: nobody knows when they are."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text of any origin; what PostgreSQL can't hold becomes U+FFFD, on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Replace what can't be stored, in what is looked for as in what is kept."""
        return None if value is None else value.translate(_UNSTORABLE)


class JsonText(TypeDecorator[Any]):
    """JSON as ASCII text: NUL, surrogates and infinities come back as they went in, on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002
        """Write everything outside ASCII as an escape."""
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Read it back."""
        return None if value is None else json.loads(value)


class ExactPoints(TypeDecorator[Fraction]):
    """An exact fraction, as text that people can read too: 7/2."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write numerator/denominator."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:  # noqa: ARG002
        """Read it back."""
        return None if value is None else Fraction(value)


LONGEST_WORD = 16
"""Characters of the longest value of any enum that is stored, with some to spare."""


def one_of(kind: type[enum.Enum], name: str) -> Enum:
    """Return a column type for *kind*'s values, held by a CHECK called *name*; no database type to alter later."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=LONGEST_WORD,
        values_callable=lambda members: [member.value for member in members],
    )
