"""How things and people may be called: slugs, logins, names, sections."""

from __future__ import annotations

import re

from grader.domain.errors import Invalid
from grader.domain.inert import inert

LONGEST_NAME = 200  # characters, the width of the columns
LONGEST_SECTION = 40
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_RESERVED = {"new"}
_LOGIN = re.compile(r"[^\s\x00-\x1f\x7f]+")
_JOINERS = "\u200c\u200d"
"""What can't be seen, but is part of names in Persian and in scripts of India."""


def parse_slug(slug: str) -> str:
    """Return *slug*; Invalid for one that is none, and for what an address means otherwise."""
    if slug in _RESERVED:
        raise Invalid(f"{slug!r} can't be a slug: it is an address of its own", field="slug")
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"{slug!r} is no slug: use a-z, 0-9 and single dashes, like spring-2026", field="slug")
    return short(slug, "slug")


def parse_login(login: str) -> str:
    """Return *login* as it is kept, in lower case; Invalid for one that is none."""
    login = short(login, "login").lower()
    if not _LOGIN.fullmatch(login) or inert(login) != login or "/" in login:
        raise Invalid(
            f"{login!r} is no login: it must not contain blanks, slashes or what can't be seen", field="login"
        )
    return login


def parse_name(name: str) -> str:
    r"""Return a person's name; Invalid for one that could rewrite what stands around it.

    >>> parse_name(" Ada  Lovelace ")
    'Ada  Lovelace'
    """
    return _visible(short(name, "name"), "name")


def parse_section(section: str) -> str:
    """Return a section's name, which may be empty for none."""
    section = section.strip()
    if len(section) > LONGEST_SECTION:
        raise Invalid(f"the section must have at most {LONGEST_SECTION} characters", field="section")
    return _visible(section, "section")


def short(text: str, field: str) -> str:
    """Return *text* without blanks around it; Invalid when nothing is left, or too much."""
    text = text.strip()
    if not 0 < len(text) <= LONGEST_NAME:
        raise Invalid(f"the {field} must have 1 to {LONGEST_NAME} characters", field=field)
    return text


def _visible(text: str, field: str) -> str:
    shown = inert(text, kept=_JOINERS)
    if shown != text:
        raise Invalid(f"the {field} '{shown}' contains what can't be seen: type it anew", field=field)
    return text
