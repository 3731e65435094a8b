"""The API's calls for LMSes: what `grader lms` uses for them, on top of `client`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypedDict
from urllib.parse import quote

from grader.cli.client import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.cli.client import Client


class Ours(Answer):
    """Our addresses for one LMS."""

    login: str
    launch: str
    keys: str
    home: str


class Platform(Answer):
    """An LMS of a course."""

    id: int
    name: str
    family: str
    issuer: str
    client_id: str
    finished: bool
    failing: str | None
    ours: Ours


class Column(Answer):
    """A column of an LMS's gradebook, and how many scores are there, on their way, or failed."""

    id: int
    kind: str
    item: str
    label: str
    max_points: int
    there: int = 0
    coming: int = 0
    died: int = 0


class Connection(Answer):
    """A course of an LMS that is connected."""

    id: int
    title: str
    platform: int
    platform_name: str
    shared: bool
    synced: str | None
    sync_note: str
    columns: list[Column]


class Lms(Answer):
    """What a course is connected with."""

    course: str
    platforms: list[Platform]
    connections: list[Connection]


class Step(Answer):
    """A step of a connection test."""

    name: str
    wrong: str


class Checked(Answer):
    """What a connection test found."""

    platform: int
    works: bool
    steps: list[Step]


class Code(Answer):
    """A code that connects, and the address with which an LMS registers tools."""

    code: str
    until: str
    registration: str


class Synced(Answer):
    """What reading an LMS's people did."""

    added: int
    changed: int
    ended: int
    unchanged: int
    note: str


class Columns(Answer):
    """Columns that are there now."""

    columns: list[Column]


class Difference(Answer):
    """A score that differs."""

    column: int
    label: str
    max_points: int
    login: str
    name: str
    here: float | None
    there: float | None
    coming: bool


class Differences(Answer):
    """All of them."""

    differences: list[Difference]


class Sent(Answer):
    """How many scores are on their way."""

    sent: int


class State(Answer):
    """What a column has of a student."""

    platform: str
    label: str
    state: str
    points: float | None
    max_points: int | None
    since: str | None
    why: str


class States(Answer):
    """What LMSes have of a student."""

    login: str
    columns: list[State]


class _Body(TypedDict):
    data: bytes
    content_type: str


class LmsClient:
    """One person's calls about a course's LMSes to one service."""

    def __init__(self, client: Client, course: str) -> None:
        self._client = client
        self._course = f"/courses/{quote(course, safe='')}"
        self._lms = f"{self._course}/lms"

    def show(self) -> Lms:
        """Return what the course is connected with."""
        return self._client.call("GET", self._lms, Lms)

    def connect(self, wish: Mapping[str, object]) -> Platform:
        """Connect an LMS, or begin to."""
        return self._client.call("POST", f"{self._lms}/platforms", Platform, **_json(wish))

    def change(self, number: int, wish: Mapping[str, object]) -> Platform:
        """Keep what an LMS says of itself."""
        return self._client.call("PATCH", f"{self._lms}/platforms/{number}", Platform, **_json(wish))

    def remove(self, number: int) -> Platform:
        """Remove an LMS."""
        return self._client.call("DELETE", f"{self._lms}/platforms/{number}", Platform)

    def check(self, number: int) -> Checked:
        """Test a connection."""
        return self._client.call("POST", f"{self._lms}/platforms/{number}/check", Checked)

    def code(self) -> Code:
        """Make a code that connects."""
        return self._client.call("POST", f"{self._lms}/code", Code)

    def sync(self, number: int, *, removes_many: bool) -> Synced:
        """Read who is in a course of an LMS."""
        query = "?removes_many=1" if removes_many else ""
        return self._client.call("POST", f"{self._lms}/courses/{number}/sync{query}", Synced)

    def make_columns(self, number: int, items: Sequence[str]) -> Columns:
        """Make columns."""
        return self._client.call("POST", f"{self._lms}/courses/{number}/columns", Columns, **_json({"items": items}))

    def differences(self, number: int) -> Differences:
        """Return whose scores differ."""
        return self._client.call("GET", f"{self._lms}/courses/{number}/differences", Differences)

    def resend(self, number: int, *, everything: bool) -> Sent:
        """Send scores again."""
        return self._client.call("POST", f"{self._lms}/courses/{number}/resend{'?all=1' if everything else ''}", Sent)

    def state(self, login: str) -> States:
        """Return what LMSes have of a student."""
        return self._client.call("GET", f"{self._course}/students/{quote(login, safe='')}/lms", States)


def _json(wish: Mapping[str, object]) -> _Body:
    return {"data": json.dumps(dict(wish)).encode(), "content_type": "application/json"}
