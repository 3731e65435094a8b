"""What pages and API share of calls about LMSes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import request, url_for

from grader.domain.errors import Conflict, DatabaseBusy, Invalid, Unavailable
from grader.domain.scoring import ItemKind
from grader.web.context import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.ports.outside import Gradebooks

_LONGEST_SHOWN = 60


def gradebooks() -> Gradebooks:
    """Return what asks platforms; Conflict where the operator has not set that up."""
    found = services().gradebooks
    if found is None:
        raise Conflict("this service is not set up for an LMS: its operator sets GRADER_LMS_SECRET and GRADER_URL")
    return found


@contextmanager
def asking() -> Iterator[None]:
    """Tell why a platform can't be asked, or does not do what it is asked: who connected it can act on that."""
    try:
        yield
    except DatabaseBusy:
        raise
    except Unavailable as error:
        raise Conflict(str(error)) from error


def registration_link(secret: str) -> str:
    """Return the address that is pasted where an LMS registers tools by itself."""
    base = services().url or request.host_url.rstrip("/")
    return f"{base}{url_for('lti.connecting.ask', secret=secret)}"


def place_of(name: str) -> tuple[ItemKind, str]:
    """Return what a name like exercise:pointwise-conv is of; Invalid for what names nothing."""
    kind, _colon, slug = name.partition(":")
    known = {each.value: each for each in ItemKind}
    if kind not in known or not slug:
        raise Invalid(f"{name[:_LONGEST_SHOWN]!r} names no item: write it like exercise:pointwise-conv", field="items")
    return known[kind], slug
