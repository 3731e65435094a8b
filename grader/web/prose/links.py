"""Which links lead somewhere: other sites, mail, and this page's sections. Of any other only the words stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.web.prose.headings import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

SCHEMES = {"http", "https", "mailto"}
_ELSEWHERE = re.compile(r"https?://", re.IGNORECASE)
_MAIL = re.compile(r"mailto:", re.IGNORECASE)


def tamed(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield inline *tokens*, less the links that lead nowhere."""
    leads = True  # links don't nest
    for token in tokens:
        if token.type == "link_open":
            leads = _settle(token)
        if leads or token.type not in {"link_open", "link_close"}:
            yield token


def _settle(link: Token) -> bool:
    """Say whether *link* leads somewhere, and have it lead there safely."""
    target = str(link.attrs["href"])
    if target.startswith("#"):
        link.attrs["href"] = f"#{PREFIX}{target.removeprefix('#').removeprefix(PREFIX)}"
    elif _ELSEWHERE.match(target):
        link.attrs["rel"] = "noopener"
    else:
        return _MAIL.match(target) is not None
    return True
