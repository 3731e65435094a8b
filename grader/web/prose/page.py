"""What a page gathers while it is made."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from markupsafe import Markup

from grader.web.prose.figures import Figure

FigureOf: TypeAlias = Callable[[str], Figure | None]
"""Finds the figure of a name, such as "bottleneck.svg"; None for no such figure."""

CardOf: TypeAlias = Callable[[str, str, str], Markup | None]
"""Makes the card for a place's kind, slug and words; None for no card."""


class Page:
    """Pieces to be put in after the sanitiser, the CSS rules that they need, and how many there are of each kind."""

    def __init__(self, figure: FigureOf, place: CardOf) -> None:
        self.figure = figure
        self.place = place
        self.rules: set[str] = set()
        self._pieces: list[Markup] = []
        self._mark = secrets.token_hex(8)  # no text can hold it
        self._counts: Counter[str] = Counter()

    def keep(self, piece: Markup) -> str:
        """Return what stands for *piece* until `whole` puts it in."""
        self._pieces.append(piece)
        return f"{self._mark}x{len(self._pieces) - 1}x{self._mark}"

    def whole(self, clean: str) -> Markup:
        """Return sanitised HTML with the pieces in their places."""
        stand_in = re.compile(rf"{self._mark}x(\d+)x{self._mark}")
        return Markup(stand_in.sub(lambda found: self._pieces[int(found[1])], clean))  # noqa: S704 - sanitised

    def scrolls(self, kind: str, *, role: str = "region") -> Markup:
        """Return the attributes of what may be too wide: the keyboard can reach it, and it has a name of its own."""
        self._counts[kind] += 1
        return Markup('role="{}" tabindex="0" aria-label="{} {}"').format(role, kind, self._counts[kind])
