"""What platforms' services answer, taken apart: members, results, line items."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from grader.domain.errors import Unavailable
from grader.domain.lms.launch import Person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_SUBJECT = 255  # characters; LTI's own limit for an id
_LOGINS = ("lis_person_sourcedid", "ext_user_username", "preferred_username")
_AWAY = frozenset({"inactive", "deleted"})


def people(page: object) -> Iterator[Person]:
    """Yield the members of a page of NRPS; Unavailable when it is none. Who has no id is left out."""
    members = page.get("members") if isinstance(page, dict) else None
    if not isinstance(members, list):
        raise Unavailable("the platform's list of members is no list; check that it speaks NRPS 2.0")
    for member in members:
        if isinstance(member, dict) and _subject(member):
            yield _person(member)


def results(page: object, max_points: int) -> Iterator[tuple[str, float | None]]:
    """Yield (subject, points) of a page of AGS's results, scaled to *max_points*; Unavailable when it is none."""
    if not isinstance(page, list):
        raise Unavailable("the platform's list of results is no list; check that it speaks AGS 2.0")
    for result in page:
        if isinstance(result, dict) and (subject := _subject(result, "userId")):
            yield subject, _points(result, max_points)


def line_item_address(page: object, resource: str, tag: str) -> str:
    """Return the address of a page's line item that we made for *resource*, empty when there is none on it."""
    if not isinstance(page, list):
        raise Unavailable("the platform's list of line items is no list; check that it speaks AGS 2.0")
    for item in page:  # a platform may ignore what it was asked to look for
        if isinstance(item, dict) and (item.get("resourceId"), item.get("tag")) == (resource, tag):
            return address_of(item)
    return ""


def address_of(item: object) -> str:
    """Return a line item's own address; Unavailable when it has none."""
    address = item.get("id") if isinstance(item, dict) else None
    if not isinstance(address, str) or not address:
        raise Unavailable("the platform's line item has no address; check that it speaks AGS 2.0")
    return address


def _person(member: Mapping[str, object]) -> Person:
    roles = member.get("roles")
    full = " ".join(filter(None, (_text(member, "given_name"), _text(member, "family_name"))))
    return Person(
        subject=_subject(member),
        roles=tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else (),
        name=_text(member, "name") or full,
        email=_text(member, "email"),
        login=next(filter(None, (_text(member, name) for name in _LOGINS)), ""),
        active=_text(member, "status").lower() not in _AWAY,
    )


def _subject(found: Mapping[str, object], name: str = "user_id") -> str:
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and len(value) <= _MOST_SUBJECT else ""


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""


def _points(result: Mapping[str, object], max_points: int) -> float | None:
    score, most = _number(result.get("resultScore")), _number(result.get("resultMaximum"))
    if score is None:
        return None
    return score * max_points / most if most else score


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
