"""What the numbers of a public scenario say, in words and as a picture.

A check's `detail` was stored by some version of the kit, maybe an older one: what is not as expected is not shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.domain.inert import inert
from grader.web import heat
from grader.web.i18n import gettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup


@dataclass(frozen=True)
class Pair:
    """A number that is wrong beside the right one; *where* is its index."""

    where: str
    got: str
    expected: str


@dataclass(frozen=True)
class Evidence:
    """What the numbers of a public scenario say, all of it in words but the picture."""

    shape: str
    largest_error: str
    where: str
    share_wrong: str
    pairs: Sequence[Pair]
    picture: Markup


def evidence_of(detail: Mapping[str, Any], name: str) -> Evidence | None:
    """Return what *detail* says, None for nothing; *name* is unique in its page."""
    evidence = Evidence(
        shape=" × ".join(_whole(detail.get("shape"))),
        largest_error=_number(detail.get("largest_error")),
        where=_place(detail.get("index")),
        share_wrong=_percent(detail.get("share_wrong")),
        pairs=[_pair(pair) for pair in _list(detail.get("pairs")) if isinstance(pair, dict)],
        picture=heat.svg(detail.get("heat"), prefix=name, gettext=gettext),
    )
    is_empty = not (evidence.shape or evidence.largest_error or evidence.pairs or evidence.picture)
    return None if is_empty else evidence


def _pair(pair: Mapping[str, Any]) -> Pair:
    got, expected = (inert(str(pair.get(side, ""))) for side in ("got", "expected"))
    return Pair(_place(pair.get("index")), got, expected)


def _place(index: object) -> str:
    numbers = _whole(index)
    return f"[{', '.join(numbers)}]" if numbers else ""


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _whole(value: object) -> Sequence[str]:
    return [str(number) for number in _list(value) if isinstance(number, int)]


def _number(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _percent(share: object) -> str:
    """Return a share of wrong numbers; never 0 % nor 100 % for some of them."""
    if not isinstance(share, int | float) or not 0 < share <= 1:
        return ""
    if share < 0.01:  # noqa: PLR2004 - one percent
        return gettext("under %(n)s %%") % {"n": 1}
    if 0.99 < share < 1:  # noqa: PLR2004 - ninety-nine percent
        return gettext("over %(n)s %%") % {"n": 99}
    return f"{100 * share:.0f} %"
