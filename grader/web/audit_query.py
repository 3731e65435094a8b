"""What an address asks of the audit log, for its page and its call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.services.audit_log import Wanted
from grader.web.converters import as_id
from grader.web.fields import moment

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 200


def wanted(args: Mapping[str, str]) -> Wanted:
    """Return what is asked for; Invalid for a moment that is none."""
    return Wanted(
        actor=args.get("actor", "").strip().lower()[:_LONGEST],
        deed=args.get("deed", "").strip()[:_LONGEST],
        person=args.get("person", "").strip()[:_LONGEST],
        since=moment(args, "since"),
        until=moment(args, "until"),
        before=as_id(args.get("before", "")),
    )
