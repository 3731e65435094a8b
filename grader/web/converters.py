"""Parts of addresses: what can't be in the database is no address, so no driver ever sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.routing import BaseConverter, IntegerConverter

from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from werkzeug.routing import Map

_HIGHEST_ID = 2**31 - 1  # PostgreSQL's integer


class IdConverter(IntegerConverter):
    """A row's number, no higher than a database can count."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, min=1, max=_HIGHEST_ID)


class NameConverter(BaseConverter):
    """A slug as a client gives it; without control characters, which databases refuse as text."""

    regex = r"[^/\x00-\x1f\x7f]{1,200}"


class KindConverter(BaseConverter):
    """What an item is."""

    regex = "|".join(kind.value for kind in ItemKind)

    def to_python(self, value: str) -> ItemKind:
        """Return the kind that stands in an address."""
        return ItemKind(value)

    def to_url(self, value: ItemKind) -> str:
        """Return how an address says it."""
        return value.value


def as_id(text: str) -> int | None:
    """Return a row's number from a query, None for what can't be one.

    >>> as_id("17"), as_id("0"), as_id("2147483648"), as_id("-1")
    (17, None, None, None)
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(_HIGHEST_ID))
    return int(text) if is_number and 0 < int(text) <= _HIGHEST_ID else None


CONVERTERS: dict[str, type[BaseConverter]] = {"int": IdConverter, "name": NameConverter, "kind": KindConverter}
