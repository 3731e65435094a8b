"""What a message that was taken says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Invalid
from grader.domain.lms.launch import DeepLink, Launch, Message, Person
from grader.domain.lms.platform import Family
from grader.lms.launches.claims import AGS, DEEP_LINKING, LONGEST_ID, LTI, NRPS, Claims, is_web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.lms.platform import Platform

_FAMILIES = {
    "canvas": Family.CANVAS,
    "moodle": Family.MOODLE,
    "openedx": Family.OPEN_EDX,
    "edx": Family.OPEN_EDX,
    "desire2learn": Family.BRIGHTSPACE,
    "d2l": Family.BRIGHTSPACE,
    "brightspace": Family.BRIGHTSPACE,
    "blackboard": Family.BLACKBOARD,
    "blackboardlearn": Family.BLACKBOARD,
}
_LONGEST_NAME = 200


def told(claims: Claims, platform: Platform) -> Launch:
    """Return a message's content; Invalid when a claim is not what it must be."""
    context, link = claims.section(f"{LTI}/context"), claims.section(f"{LTI}/resource_link")
    context_key = context.text("id", LONGEST_ID)
    if not context_key:
        raise Invalid("the link was opened outside of a course: the message names none (context); put it into a course")
    grades = claims.section(AGS)
    message = Message(claims.text(f"{LTI}/message_type"))
    return Launch(
        message=message,
        deployment=claims.required(f"{LTI}/deployment_id", LONGEST_ID),
        person=_person(claims),
        context_key=context_key,
        context_title=(context.text("title") or context.text("label"))[:_LONGEST_NAME],
        resource_link=link.text("id", LONGEST_ID),
        resource_title=link.text("title")[:_LONGEST_NAME],
        custom=_custom(claims),
        line_items_url=grades.url("lineitems"),
        line_item=grades.url("lineitem"),
        members_url=claims.section(NRPS).url("context_memberships_url"),
        scopes=tuple(grades.texts("scope")),
        family=family_of(claims.section(f"{LTI}/tool_platform").text("product_family_code"), platform.family),
        return_url=_way_back(claims),
        deep_link=_deep_link(claims) if message is Message.DEEP_LINK else None,
    )


def family_of(code: str, otherwise: Family = Family.OTHER) -> Family:
    """Return whose software a platform is by its own word.

    >>> family_of("Open edX").value, family_of("BlackboardLearn").value, family_of("", Family.CANVAS).value
    ('openedx', 'blackboard', 'canvas')
    """
    return _FAMILIES.get("".join(code.lower().split()), otherwise)


def _person(claims: Claims) -> Person:
    parts = (claims.text("given_name"), claims.text("family_name"))
    return Person(
        subject=claims.required("sub", LONGEST_ID),
        roles=tuple(claims.texts(f"{LTI}/roles")),
        name=(claims.text("name") or " ".join(filter(None, parts)))[:_LONGEST_NAME],
        email=claims.text("email"),
        login=claims.section(f"{LTI}/lis").text("person_sourcedid")
        or claims.section(f"{LTI}/ext").text("user_username"),  # Moodle's
    )


def _custom(claims: Claims) -> Mapping[str, str]:
    """Return the link's own parameters; what the platform should have filled in, but did not, is left out."""
    given = claims.section(f"{LTI}/custom")
    texts = {key: value for key, value in given.told.items() if isinstance(value, str)}
    return {key: given.text(key) for key, value in texts.items() if not value.startswith("$")}


def _way_back(claims: Claims) -> str:
    """Return the LMS's page to go back to; what is no address of a page is as good as none."""
    presentation = claims.section(f"{LTI}/launch_presentation")
    given = presentation.told.get("return_url")
    return given if isinstance(given, str) and is_web(given) else ""


def _deep_link(claims: Claims) -> DeepLink:
    settings = claims.section(f"{DEEP_LINKING}/deep_linking_settings")
    return_url = settings.url("deep_link_return_url")
    if not return_url:
        raise Invalid("the platform did not say where the choice goes (deep_link_return_url)")
    return DeepLink(
        return_url=return_url,
        deployment=claims.required(f"{LTI}/deployment_id", LONGEST_ID),
        data=settings.text("data", 16_384) if "data" in settings.told else None,
        takes_many=settings.flag("accept_multiple", default=True),
        takes_line_items=settings.flag("accept_lineitem", default=True),
    )
