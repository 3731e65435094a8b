"""The API's calls for teaching: what `grader gradebook` and `grader regrade` use, on top of `client`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from grader.cli.client import Answer, Gradebook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.cli.client import Client


class RegradeProgress(Answer):
    """How many of a regrade's runs have ended."""

    total: int
    done: int
    failed: int


class Ways(Answer):
    """How many grades or submissions go which way; *ours* failed by the service's fault."""

    rises: int
    falls: int
    stays: int
    ours: int = 0


class ScenarioCount(Answer):
    """How many submissions end in another way in one scenario."""

    name: str
    title: str
    better: int
    worse: int
    other: int


class RegradedGrade(Answer):
    """What counts for a student, without and with a regrade."""

    login: str
    before: float
    before_max: int
    after: float
    after_max: int
    way: str


class RegradeDifference(Answer):
    """What a regrade changes."""

    grades: Ways
    mean_change: float
    submissions: Ways
    scenarios: list[ScenarioCount]
    changed_grades: list[RegradedGrade]


class Regrade(Answer):
    """A regrade: how far it is, and what it changes once its runs have ended."""

    id: int
    stage: str
    progress: RegradeProgress
    place: int | None
    difference: RegradeDifference | None


class TeachingClient:
    """One instructor's calls to one service."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def gradebook(self, course: str, wanted: Mapping[str, str]) -> Gradebook:
        """Return a course's grades; *wanted* is the query that says whose, and in which order."""
        return self._client.call("GET", _gradebook(course, "", wanted), Gradebook)

    def gradebook_csv(self, course: str, wanted: Mapping[str, str]) -> bytes:
        """Return the same as a table for a spreadsheet."""
        return self._client.download(_gradebook(course, ".csv", wanted), "text/csv")

    def gradebook_json(self, course: str, wanted: Mapping[str, str]) -> bytes:
        """Return the same as the service says it."""
        return self._client.download(_gradebook(course, "", wanted), "application/json")

    def start_regrade(self, course: str, wish: Mapping[str, object]) -> Regrade:
        """Run submissions again; *wish* says which and why, as the API wants it."""
        data = json.dumps(dict(wish)).encode()
        return self._client.call(
            "POST", f"{_course(course)}/regrades", Regrade, data=data, content_type="application/json"
        )

    def regrade(self, course: str, number: int) -> Regrade:
        """Return how far a regrade is, and what it changes."""
        return self._client.call("GET", f"{_course(course)}/regrades/{number}", Regrade)

    def regrade_json(self, course: str, number: int) -> bytes:
        """Return the same as the service says it."""
        return self._client.download(f"{_course(course)}/regrades/{number}", "application/json")

    def decide_regrade(self, course: str, number: int, step: str) -> Regrade:
        """Make a *step*: apply, discard or undo."""
        return self._client.call("POST", f"{_course(course)}/regrades/{number}/{step}", Regrade)


def _course(course: str) -> str:
    return f"/courses/{quote(course, safe='')}"


def _gradebook(course: str, ending: str, wanted: Mapping[str, str]) -> str:
    query = urlencode({name: value for name, value in wanted.items() if value})
    return f"/courses/{quote(course, safe='')}/gradebook{ending}{'?' if query else ''}{query}"
