"""Which deliveries an address wants, for its page and its call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grader.domain.lms.delivery import DeliveryState, Kind
from grader.domain.lms.log import Wanted
from grader.web import fields
from grader.web.converters import as_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_LONGEST = 200


class WantedDead(NamedTuple):
    """Which of the deliveries that died are to be sent once more; None is all."""

    since: datetime | None
    endpoint_id: int | None
    line_item_id: int | None


def wanted(args: Mapping[str, str]) -> Wanted:
    """Return what is asked for; Invalid for a state or a kind that there is none of."""
    return Wanted(
        state=fields.one_of(args, "state", DeliveryState) if args.get("state") else None,
        kind=fields.one_of(args, "kind", Kind) if args.get("kind") else None,
        endpoint_id=fields.number(args, "endpoint"),
        line_item_id=fields.number(args, "column"),
        login=args.get("student", "").strip().lower()[:_LONGEST],
        before=as_id(args.get("before", "")),
    )


def wanted_dead(args: Mapping[str, str]) -> WantedDead:
    """Return what of those that died is asked for; Invalid for a moment or a number that is none."""
    return WantedDead(fields.moment(args, "since"), fields.number(args, "endpoint"), fields.number(args, "column"))
