"""What came back, as the log of deliveries keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from grader.domain.inert import inert
from grader.domain.lms.delivery import KEPT_RESPONSE, LONGEST_WAIT, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.lms.outgoing import Reply


def kept(sent: str, reply: Reply) -> Answer:
    """Return *reply* to what the log shows as *sent*."""
    return Answer(
        sent,
        reply.status,
        body=shown(reply.body),
        problem=reply.problem,
        retry_after=retry_after(reply.headers),
        seconds=reply.seconds,
    )


def shown(body: bytes) -> str:
    r"""Return what came as text that nothing obeys which shows it, KEPT_RESPONSE bytes at most.

    >>> shown(b"caf\xc3\xa9\r\n\x1b[31mred\x00\xff")
    'café\n\\x1b[31mred\\x00�'
    """
    text = inert(body[:KEPT_RESPONSE].decode(errors="replace").replace("\r\n", "\n"), kept="\n\t")
    return text.encode()[:KEPT_RESPONSE].decode(errors="ignore")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Return for how long the other side asks us to stay away; a date is measured by its own clock.

    >>> retry_after({"retry-after": "120"}), retry_after({"retry-after": "soon"})
    (datetime.timedelta(seconds=120), None)
    >>> date = {"date": "Fri, 01 May 2026 12:00:00 GMT", "retry-after": "Fri, 01 May 2026 12:05:00 GMT"}
    >>> retry_after(date)
    datetime.timedelta(seconds=300)
    """
    wanted = headers.get("retry-after", "").strip()
    if wanted.isascii() and wanted.isdigit():
        return timedelta(seconds=min(int(wanted[:9]), int(LONGEST_WAIT.total_seconds())))
    until, now = _date(wanted), _date(headers.get("date", ""))
    return max(until - now, timedelta(0)) if until and now else None


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the latter for a year of twenty digits
        return None
    return date if date.tzinfo else None
