"""Sends one webhook. Fills `ports.Courier`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lms.answers import kept

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.lms.delivery import Answer
    from grader.lms.outgoing import Outgoing

HIDDEN = "…"


class WebCourier:
    """Safe to share among threads."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    def post(self, url: str, *, headers: Mapping[str, str], body: bytes, hidden: Sequence[str] = ()) -> Answer:
        """POST *body* as JSON; never raises. The headers named in *hidden* keep their values out of the log."""
        all_headers = {"Content-Type": "application/json", **headers}
        secret = {name.lower() for name in hidden}
        shown = [f"{name}: {HIDDEN if name.lower() in secret else value}" for name, value in all_headers.items()]
        sent = "\n".join([f"POST {url}", *shown, "", body.decode(errors="replace")])
        return kept(sent, self._outgoing.request("POST", url, headers=all_headers, body=body))
