"""Text of any origin, written out so that nothing obeys it: no terminal, no spreadsheet, no reader's eye."""

from __future__ import annotations

import unicodedata

_ACTS = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Unicode's categories of what may act: controls, directions and widths, what is unassigned or private, half a pair of
surrogates, ends of lines and paragraphs."""


def inert(text: str, *, kept: str = "") -> str:
    r"""Return *text* with every character that may act as Python's escape of it, but for those in *kept*.

    >>> inert("\x1b]0;owned\x07 fine\u202e"), inert("two\n\tlines\r", kept="\n\t")
    ('\\x1b]0;owned\\x07 fine\\u202e', 'two\n\tlines\\r')
    """
    if text.isprintable():
        return text
    return "".join(c if c in kept or unicodedata.category(c) not in _ACTS else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
