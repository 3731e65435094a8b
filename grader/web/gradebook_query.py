"""How addresses say which of a gradebook's rows are wanted: they can be sent to a colleague, and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.arrangement import NAME, Arrangement, Only
from grader.domain.errors import Invalid
from grader.web.fields import number, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_DESCENDING = "-"
_HUNDRED = 100
_USUAL = Arrangement()


def arrangement(args: Mapping[str, str]) -> Arrangement:
    """Return what the query *args* ask for; Invalid for what can't be meant.

    >>> arrangement({"sort": "-sum", "q": "ada"}).descending
    True
    """
    order = args.get("sort", "") or NAME
    below = number(args, "below")
    if below is not None and below > _HUNDRED:
        raise Invalid("the share must be from 0 to 100 %", field="below")
    return Arrangement(
        order=order.removeprefix(_DESCENDING),
        descending=order.startswith(_DESCENDING),
        section=args.get("section", ""),
        text=args.get("q", ""),
        item=args.get("item", ""),
        only=one_of(args, "only", Only) if args.get("only") else Only.ALL,
        below=_USUAL.below if below is None else below,
        ended=bool(args.get("ended")),
    )


def query(wanted: Arrangement) -> dict[str, str]:
    """Return the query that asks for *wanted*; what is usual is not said.

    >>> query(Arrangement(order="sum", descending=True, text="ada"))
    {'sort': '-sum', 'q': 'ada'}
    """
    is_below = wanted.only is Only.BELOW
    said = {
        "sort": "" if (wanted.order, wanted.descending) == (NAME, False) else ordered(wanted.order, wanted.descending),
        "section": wanted.section,
        "q": wanted.text,
        "item": wanted.item if wanted.only is not Only.ALL else "",
        "only": "" if wanted.only is Only.ALL else wanted.only.value,
        "below": str(wanted.below) if is_below and wanted.below != _USUAL.below else "",
        "ended": "1" if wanted.ended else "",
    }
    return {name: value for name, value in said.items() if value}


def ordered(order: str, descending: bool) -> str:  # noqa: FBT001 - the second half of one thing
    """Return how a query says an order."""
    return f"{_DESCENDING if descending else ''}{order}"
