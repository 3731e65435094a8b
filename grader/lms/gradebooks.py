"""AGS 2.0 and NRPS 2.0: a platform's gradebook and its list of members. Fills `ports.Gradebooks`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from grader.domain.errors import Unavailable
from grader.domain.lms.delivery import Answer
from grader.domain.lms.platform import LINE_ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE, Family
from grader.domain.lms.score import below
from grader.lms import service_answers
from grader.lms.answers import kept
from grader.lms.bearer import Ask, Bearer, listing, parsed, same_origin
from grader.lms.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.domain.lms.launch import Person
    from grader.domain.lms.platform import Context, LineItem, Platform
    from grader.domain.lms.score import LmsScore
    from grader.lms.outgoing import Outgoing
    from grader.lms.tokens import Tokens

_LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
_PAGE = "100"  # entries: what every platform gives at once


class Gradebooks:
    """Asks platforms; safe to share among threads."""

    def __init__(self, outgoing: Outgoing, tokens: Tokens) -> None:
        self._outgoing = outgoing
        self._bearer = Bearer(outgoing, tokens)

    def post_score(self, platform: Platform, line_item: LineItem, score: LmsScore) -> Answer:
        """Send a score; never raises."""
        url = below(line_item.url, "scores")
        body = json.dumps(score.payload(platform.family)).encode()
        sent = f"POST {url}\nContent-Type: {_SCORE}\n\n{body.decode()}"
        try:
            reply = self._bearer.ask(platform, "POST", url, Ask((SCORE_SCOPE,), content=_SCORE, body=body))
        except Unavailable as error:
            return Answer(sent, problem=str(error))
        return kept(sent, reply)

    def results(self, platform: Platform, line_item: LineItem) -> Mapping[str, float | None]:
        """Return what the platform shows, by subject, in points of *line_item*; Unavailable says why it can't."""
        url = below(line_item.url, "results")
        if platform.family is not Family.OPEN_EDX:  # it gives that many and no more pages
            url = _asking(url, limit=_PAGE)
        pages = self._bearer.pages(platform, url, listing((RESULT_SCOPE,), _RESULTS))
        return dict(found for page in pages for found in service_answers.results(page, line_item.max_points))

    def make_line_item(
        self, platform: Platform, context: Context, *, label: str, max_points: int, resource: str, tag: str
    ) -> str:
        """Make a line item; return its address. One with the same resource and tag is found again. Unavailable."""
        _require(context, LINE_ITEM_SCOPE, context.line_items_url)
        address = self._find_line_item(platform, context, resource, tag)
        if not address:
            wanted = {"scoreMaximum": max_points, "label": label, "resourceId": resource, "tag": tag}
            ask = Ask((LINE_ITEM_SCOPE,), _LINE_ITEM, content=_LINE_ITEM, body=json.dumps(wanted).encode())
            address = service_answers.address_of(
                parsed(self._bearer.ask(platform, "POST", context.line_items_url, ask))
            )
        if not same_origin(context.line_items_url, address):
            raise Unavailable(
                f"the platform's line item is at another host than its line items ({address}): scores are not sent "
                "there, since they bring the platform's token; the platform's own address is set wrongly there"
            )
        return address

    def members(self, platform: Platform, context: Context) -> Sequence[Person]:
        """Return everybody in a platform's course, all pages; Unavailable when one can't be read."""
        _require(context, MEMBERS_SCOPE, context.members_url)
        url = _asking(context.members_url, limit=_PAGE)
        pages = self._bearer.pages(platform, url, listing((MEMBERS_SCOPE,), _MEMBERS))
        return [person for page in pages for person in service_answers.people(page)]

    def check(self, platform: Platform, context: Context | None) -> Sequence[tuple[str, str]]:
        """Try each step of a connection; return its name and what is wrong, empty when it works."""
        return Connection(self._outgoing, self._bearer).check(platform, context)

    def _find_line_item(self, platform: Platform, context: Context, resource: str, tag: str) -> str:
        url = _asking(context.line_items_url, resource_id=resource, tag=tag)
        pages = self._bearer.pages(platform, url, listing((LINE_ITEM_SCOPE,), _LINE_ITEMS))
        found = (service_answers.line_item_address(page, resource, tag) for page in pages)
        return next(filter(None, found), "")


def _asking(url: str, **wanted: str) -> str:
    """Return *url* with more in its query.

    >>> _asking("https://lms.example/items?type_id=1", tag="grade")
    'https://lms.example/items?type_id=1&tag=grade'
    """
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(query=urlencode([*parse_qsl(parts.query, keep_blank_values=True), *wanted.items()]))
    )


def _require(context: Context, scope: str, url: str) -> None:
    what, service = {
        LINE_ITEM_SCOPE: ("make line items", "Assignment and Grade Services, with leave to manage line items,"),
        MEMBERS_SCOPE: ("read who is in its course", "Names and Role Provisioning Services"),
    }[scope]
    if not url or scope not in context.scopes:
        raise Unavailable(
            f"the platform does not let us {what}: switch on {service} for this tool there, and open a link to it once"
        )
