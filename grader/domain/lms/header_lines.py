"""Headers as people write them: one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_headers(text: str) -> dict[str, str]:
    r"""Return headers that stand one a line; without a value is one that keeps its own. Invalid names a wrong line.

    >>> read_headers("Authorization: Bearer 7\n\nX-Course:")
    {'Authorization': 'Bearer 7', 'X-Course': ''}
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        if not line.strip():
            continue
        if not colon:
            raise Invalid(f"line {number} of the headers is none: write it like Authorization: …", field="headers")
        if name.strip() in found:
            raise Invalid(f"line {number} of the headers has a name that stands above already", field="headers")
        found[name.strip()] = value.strip()
    return found


def shown_headers(names: Iterable[str]) -> str:
    r"""Return headers without their values, which are not told again.

    >>> shown_headers(["Authorization", "X-Course"])
    'Authorization:\nX-Course:\n'
    """
    return "".join(f"{name}:\n" for name in names)
