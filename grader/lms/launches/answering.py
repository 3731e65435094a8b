"""The answer to a deep linking request: what an instructor picked, signed by us."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pylti1p3.deep_link import DeepLink as Answer
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.lineitem import LineItem

from grader.lms.launches.adapters import registration
from grader.lms.launches.claims import DEEP_LINKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grader.domain.lms.launch import Choice, DeepLink, NewKey
    from grader.domain.lms.platform import Platform

GOOD_FOR = timedelta(minutes=10)

_TAG = "grade"
_DATA = f"{DEEP_LINKING}/data"


def answer(platform: Platform, deep_link: DeepLink, choices: Sequence[Choice], *, key: NewKey, now: datetime) -> str:
    """Return the signed token."""
    ours = registration(platform).set_tool_private_key(key.private).set_tool_public_key(key.public)
    response = Answer(ours, deep_link.deployment, {"deep_link_return_url": deep_link.return_url})
    message = response.get_message_jwt([_content(choice, deep_link) for choice in choices])
    message |= {
        "iat": int(now.timestamp()),
        "exp": int((now + GOOD_FOR).timestamp()),
    }  # by our clock, not the library's
    message.pop(_DATA)
    if deep_link.data is not None:  # it goes back as it came; a null where none came is refused by some
        message[_DATA] = deep_link.data
    return str(response.encode_jwt(message))  # type: ignore[no-untyped-call]  # theirs


def _content(choice: Choice, deep_link: DeepLink) -> DeepLinkResource:
    name = f"{choice.kind.value}:{choice.item}"
    resource = DeepLinkResource().set_url(choice.address).set_title(choice.title).set_custom_params({"item": name})
    if deep_link.takes_line_items:
        column = LineItem().set_score_maximum(choice.max_points).set_label(choice.title)
        resource.set_lineitem(column.set_resource_id(name).set_tag(_TAG))
    return resource
