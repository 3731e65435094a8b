"""Logins under way, as the platform asked for them: who comes back without our cookie begins anew in a tab.

Kept in this process, which is the only one that takes requests; who is forgotten opens the link in the LMS again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from flask import Flask

_KEY = "grader-lti-begun"
_MOST = 2000
_MOST_CHARACTERS = 4000
"""Of one login; a longer one is not kept."""


class Begun:
    """The newest logins, by state."""

    def __init__(self) -> None:
        self._asked = OrderedDict[str, Mapping[str, str]]()
        self._lock = Lock()

    def keep(self, state: str, asked: Mapping[str, str]) -> None:
        """Keep what a login was begun with."""
        if sum(map(len, asked.values())) > _MOST_CHARACTERS:
            return
        with self._lock:
            self._asked[state] = asked
            while len(self._asked) > _MOST:
                self._asked.popitem(last=False)

    def take(self, state: str) -> Mapping[str, str] | None:
        """Return it, once; None when it is not known (any more)."""
        with self._lock:
            return self._asked.pop(state, None)


def register(app: Flask) -> None:
    """Give *app* its list."""
    app.extensions[_KEY] = Begun()


def begun() -> Begun:
    """Return the list of the app that answers this request."""
    return cast("Begun", current_app.extensions[_KEY])
