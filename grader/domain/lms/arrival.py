"""Somebody comes from a platform: who that is here, in which role, to which item."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from grader.domain.inert import inert
from grader.domain.naming import LONGEST_NAME
from grader.domain.people import Role
from grader.domain.scoring import ItemKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.domain.lms.launch import Person
    from grader.domain.lms.platform import Platform

HEX = (6, 12, 64)
"""How many digits a login ends with; more when somebody has the shorter one."""

ITEM = "item"
"""The parameter of a link that names what it leads to, such as exercise:pointwise-conv."""

_READABLE = re.compile(r"[^a-z0-9.]+")
_LONGEST_READABLE = 40
_RANK = (Role.STUDENT, Role.ASSISTANT, Role.INSTRUCTOR)


def login_for(platform: Platform, person: Person, digits: int = HEX[0]) -> str:
    """Return the login of a new user, which nobody would choose: a platform's word gives nobody another's name.

    The digits are the same whenever the same person comes by the same connection, and as long as *digits* says.
    """
    told = f"{platform.issuer}\0{platform.client_id}\0{platform.key}\0{person.subject}"
    return f"{_readable(person)}-{hashlib.sha256(told.encode()).hexdigest()[:digits]}"


def is_brought(login: str, platform: Platform, person: Person) -> bool:
    """Whether *login* was made for this person: nobody else brought them here."""
    ends = {login_for(platform, person, digits).rsplit("-", 1)[1] for digits in HEX}
    return login.rsplit("-", 1)[-1] in ends


def natural_logins(person: Person) -> tuple[str, ...]:
    """Return the logins that this person may have here already, by what the platform tells of them."""
    given = (person.email.strip().lower(), person.login.strip().lower())
    return tuple(dict.fromkeys(each for each in given if each))


def name_of(person: Person, login: str) -> str:
    """Return a person's name as it is kept, the login for one without; nothing in it rewrites what stands around."""
    return inert(" ".join(person.name.split()))[:LONGEST_NAME].strip() or login


def role_after(kept: Role | None, given: Role, *, brought: bool) -> Role:
    """Return a role after a launch; *kept* is the one that somebody has now, None for who is not in the course (now).

    Who was brought by the platform is what it says. Of others, whom we enrolled ourselves, it makes more but never
    less.

    >>> role_after(Role.INSTRUCTOR, Role.STUDENT, brought=False).value
    'instructor'
    >>> role_after(Role.INSTRUCTOR, Role.STUDENT, brought=True).value
    'student'
    """
    return given if kept is None or brought else max(kept, given, key=_RANK.index)


def item_of(custom: Mapping[str, str]) -> tuple[ItemKind, str] | None:
    """Return what a link's parameters name, None when that is nothing.

    >>> item_of({"item": "exercise:pointwise-conv"}), item_of({"item": "pointwise-conv"}), item_of({})
    ((<ItemKind.EXERCISE: 'exercise'>, 'pointwise-conv'), None, None)
    """
    kind, _, slug = custom.get(ITEM, "").strip().partition(":")
    known = {each.value: each for each in ItemKind}
    return (known[kind], slug) if kind in known and slug else None


def _readable(person: Person) -> str:
    for given in (person.email.partition("@")[0], person.login.partition("@")[0], person.name):
        found = _READABLE.sub("-", given.lower()).strip("-.")[:_LONGEST_READABLE].strip("-.")
        if found:
            return found
    return "lms"
