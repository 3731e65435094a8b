"""The API's calls for rosters: what `grader roster` uses, on top of `client`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from grader.cli.client import Answer

if TYPE_CHECKING:
    from grader.cli.client import Client


class Place(Answer):
    """What somebody is in the course."""

    role: str
    section: str


class Person(Place):
    """Somebody who is in the course, or was until *ended*."""

    login: str
    name: str
    ended: str | None
    has_password: bool
    active: str | None


class Roster(Answer):
    """A course's people."""

    course: str
    people: list[Person]


class Change(Answer):
    """What happens to one person."""

    kind: str
    login: str
    name: str
    before: Place | None
    after: Place | None
    line: int | None


class Problem(Answer):
    """Why a line can't be taken."""

    line: int
    message: str


class Difference(Answer):
    """What a file changes."""

    course: str
    applied: bool
    fingerprint: str
    changes: list[Change]
    unchanged: int
    problems: list[Problem]
    ignored: list[str]


class RosterClient:
    """One instructor's calls about rosters to one service."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def show(self, course: str) -> Roster:
        """Return who is and was in a course."""
        return self._client.call("GET", _roster(course), Roster)

    def look(self, course: str, data: bytes, *, removes: bool) -> Difference:
        """Return what a file would change."""
        return self._load(course, data, removes=removes, dry_run="1")

    def load(self, course: str, data: bytes, *, removes: bool, seen: Difference) -> Difference:
        """Do what was looked at; an ApiError when it would be something else by now."""
        return self._load(course, data, removes=removes, expected=seen.fingerprint)

    def _load(self, course: str, data: bytes, *, removes: bool, **asked: str) -> Difference:
        query = urlencode(asked | ({"remove_missing": "1"} if removes else {}))
        path = f"{_roster(course)}/import?{query}"
        return self._client.call("POST", path, Difference, data=data, content_type="text/csv")


def _roster(course: str) -> str:
    return f"/courses/{quote(course, safe='')}/roster"
