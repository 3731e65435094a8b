"""Which sources Python's parser may be given, in a process where others wait meanwhile."""

from __future__ import annotations

_MOST_WORK = 10**9
"""Braces times bytes: an f-string takes Python's parser so many steps."""

_MOST_CHARACTERS = 64 * 1024
"""0.2 s and 100 MiB at worst, with nothing else in this process running meanwhile."""


def is_quick_to_parse(source: str) -> bool:
    r"""Whether `ast.parse` is through with *source* in 0.2 s at worst.

    >>> is_quick_to_parse("x = 1"), is_quick_to_parse("x = 1\n" * 20_000)
    (True, False)
    """
    return len(source) <= _MOST_CHARACTERS and source.count("{") * len(source) <= _MOST_WORK
