"""How far a submission is, and how long it takes, as one says it."""

from __future__ import annotations

import math
from datetime import timedelta

from grader.web.i18n import gettext, ngettext

_MINUTE = 60  # seconds
_STEP = 5  # seconds: nobody knows more exactly


def steps(progress: str) -> tuple[int, int] | None:
    """Return how many scenarios are done, and of how many; None before anything was said.

    >>> steps("3/16"), steps("")
    ((3, 16), None)
    """
    done, _, total = progress.partition("/")
    return (int(done), int(total)) if done.isdecimal() and total.isdecimal() else None


def in_words(wait: timedelta | None) -> str:
    """Return a wait as one says it, rounded up; empty when nobody knows."""
    if wait is None:
        return ""
    seconds = _STEP * math.ceil(wait / timedelta(seconds=_STEP))
    if seconds <= _STEP:
        return gettext("a few seconds")
    if seconds < _MINUTE:
        return gettext("about %(n)s seconds") % {"n": seconds}
    minutes = math.ceil(seconds / _MINUTE)
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
