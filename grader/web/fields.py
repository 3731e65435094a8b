"""What fields of the staff's forms hold: moments, shares, numbers; Invalid names the field and says what to do.

Moments are UTC on the wire; `page.js` shows them in the reader's own zone and turns them back before they are sent.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    import enum
    from collections.abc import Mapping

_LONGEST_NUMBER = 12
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9}|/0*[1-9]\d{0,8})?", re.ASCII)
_LONGEST_TIME = 10**6  # of whatever unit

AnyEnum = TypeVar("AnyEnum", bound="enum.Enum")


def moment(form: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment, None for an empty field.

    >>> moment({"due": "2026-05-01T18:00"}, "due").isoformat()
    '2026-05-01T18:00:00+00:00'
    """
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):  # the latter for the calendar's first and last day, elsewhere
        raise Invalid(f"{text[:40]!r} is no date with a time, like 2026-05-01T18:00", field=name) from None


def shown_moment(when: datetime | None) -> str:
    """Return a moment as a field of type datetime-local holds it.

    >>> shown_moment(datetime(2026, 5, 1, 18, tzinfo=UTC))
    '2026-05-01T18:00'
    """
    return "" if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def day(form: Mapping[str, str], name: str) -> date | None:
    """Return a date, None for an empty field."""
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"{text[:40]!r} is no date, like 2026-05-01", field=name) from None


def number(form: Mapping[str, str], name: str) -> int | None:
    """Return a whole number, None for an empty field."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if len(text) > _LONGEST_NUMBER or not text.isascii() or not text.isdecimal():
        raise Invalid(f"{text[:40]!r} is no whole number", field=name)
    return int(text)


def fraction(form: Mapping[str, str], name: str) -> Fraction | None:
    """Return an exact number, written as 2, 1.5, 1,5 or 3/4; None for an empty field."""
    text = form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Invalid(f"{text[:40]!r} is no number, like 2, 1.5 or 3/4", field=name)
    return Fraction(text)


def length(form: Mapping[str, str], name: str, unit: timedelta) -> timedelta:
    """Return a length of time that is given as a whole number of *unit*; none for an empty field."""
    count = number(form, name) or 0
    if count > _LONGEST_TIME:
        raise Invalid(f"{count} is too long", field=name)
    return count * unit


def one_of(form: Mapping[str, str], name: str, kind: type[AnyEnum]) -> AnyEnum:
    """Return the member of *kind* with this value."""
    try:
        return kind(form.get(name, ""))
    except ValueError:
        allowed = ", ".join(str(each.value) for each in kind)
        raise Invalid(f"{name} must be one of: {allowed}", field=name) from None
