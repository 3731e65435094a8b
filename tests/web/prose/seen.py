"""HTML as a browser reads it: its elements with their attributes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

HTML = "p br hr em strong blockquote ul ol li table thead tbody tr th td h2 h3 h4 h5 h6 pre code span div a"
OURS = ("figure", "img", "figcaption", "svg", "path", "line")
MATHS = re.compile(r"math|semantics|annotation|m[a-z]+")
ATTRIBUTES = {"class", "id", "href", "title", "rel", "start", "role", "tabindex", "aria-label", "aria-hidden", "alt"}
SAFE = re.compile(r"https?://|mailto:|#s-", re.IGNORECASE)


class Element(NamedTuple):
    name: str
    attributes: dict[str, str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))


def elements(html: str, *names: str) -> list[Element]:
    """Return the elements in *html* that are called so; all of them, when no name is given."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return [each for each in reader.elements if not names or each.name in names]


def dangers(html: str) -> list[Element]:
    """Return the elements of *html* that a lecturer's text must never make."""
    return [each for each in elements(html) if not _is_inert(each)]


def _is_inert(element: Element) -> bool:
    if MATHS.fullmatch(element.name) or element.name in OURS:
        return not any(name.startswith("on") or name in {"style", "href"} for name in element.attributes)
    links_safely = SAFE.match(element.attributes.get("href", "#s-")) is not None
    return element.name in HTML.split() and element.attributes.keys() <= ATTRIBUTES and links_safely
