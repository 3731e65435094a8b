"""Speaks the HTTP API: what `grader submit` and `grader demo` use.

Answers are parsed here, once, into the types below. Every failure is an ApiError with one readable sentence.
"""

from __future__ import annotations

import contextlib
import json
import socket
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from pydantic import BaseModel, ConfigDict, ValidationError

from grader.cli.events import read_events
from grader.domain.errors import GraderError, Invalid

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_API = "/api/v1"
_CONNECT_SECONDS = 5
_ANSWER_SECONDS = 30  # the service sends a sign of life on an event stream well within it
_RETRY_SECONDS = 1.0
_MOST_FAILURES = 30  # in a row
_CHUNK_BYTES = 512
_LONGEST_MESSAGE = 500


class ApiError(GraderError):
    """The service refused or could not be reached; *status* is HTTP's, None without an answer."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status

    @property
    def is_final(self) -> bool:
        """Whether another try can't do better: the service answered, and the fault is not its own."""
        return self.status is not None and self.status < HTTPStatus.INTERNAL_SERVER_ERROR


class Answer(BaseModel):
    """What the service answers; unknown fields are a later version's."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Course(Answer):
    """A course that the caller is in."""

    slug: str
    title: str
    is_open: bool


class Pair(Answer):
    """One value of an answer beside the one that is right."""

    index: list[int]
    got: str
    expected: str


class _Pairs(Answer):
    pairs: list[Pair] = []


class Check(Answer):
    """One scenario's verdict."""

    name: str
    title: str
    points: int
    max_points: int
    outcome: str
    message: str
    misconception: str | None
    hint: str | None
    printed: str
    detail: dict[str, Any]

    @property
    def pairs(self) -> list[Pair]:
        """The values that were compared, where the scenario tells them."""
        try:
            return _Pairs.model_validate(self.detail).pairs
        except ValidationError:  # a detail is free to hold what its scenario likes
            return []


class Report(Answer):
    """All verdicts of a graded submission."""

    points: int
    max_points: int
    outcome: str
    misconception: str | None
    hint: str | None
    checks: list[Check]


class Submission(Answer):
    """How a submission stands."""

    id: int
    state: str
    place: int | None
    progress: str
    report: Report | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in {"graded", "void"}


class _Accepted(Answer):
    id: int


class _Courses(Answer):
    courses: list[Course]


class Choice(Answer):
    """One of a question's answers."""

    key: str
    text: str


class Marked(Answer):
    """What an answer earned."""

    points: float
    max_points: int
    correct: bool
    explanation: str


class Question(Answer):
    """A question of an attempt; *marked* once that is finished."""

    slug: str
    kind: str
    prompt: str
    points: int
    choices: list[Choice]
    marked: Marked | None


class Attempt(Answer):
    """An attempt at a quiz."""

    id: int
    title: str
    points: float | None
    max_points: int
    questions: list[Question]


class Item(Answer):
    """A column of the gradebook."""

    slug: str
    title: str
    max_points: int


class Counted(Answer):
    """What counts of a student's work at one item."""

    points: float
    max_points: int
    late: bool = False
    overridden: bool = False


class Row(Answer):
    """A student's line in the gradebook."""

    login: str
    name: str = ""
    section: str = ""
    grades: list[Counted | None]
    points: float


class Gradebook(Answer):
    """Students by items; *max_points* is the highest sum by weight."""

    items: list[Item]
    rows: list[Row]
    max_points: float


AnyAnswer = TypeVar("AnyAnswer", bound=Answer)


class Client:
    """One person's calls to one service."""

    def __init__(self, server: str, token: str) -> None:
        _check_address(server)
        _check_token(token)
        self._server = server.rstrip("/")
        self._base = self._server + _API
        self._http = requests.Session()
        self._http.trust_env = False  # a .netrc entry would replace the token
        self._http.headers.update({"Authorization": f"Bearer {token}", "User-Agent": "grader"})

    def courses(self) -> list[Course]:
        """Return the courses that the caller is in."""
        return self.call("GET", "/courses", _Courses).courses

    def submit(self, course: str, exercise: str, source: bytes) -> int:
        """Hand *source* in; return the submission's number."""
        path = f"/courses/{quote(course)}/exercises/{quote(exercise)}/submissions"
        return self.call("POST", path, _Accepted, data=source, content_type="text/x-python").id

    def submission(self, number: int) -> Submission:
        """Return how a submission stands."""
        return self.call("GET", f"/submissions/{number}", Submission)

    def follow(self, number: int) -> Iterator[Submission]:
        """Yield how a submission stands, whenever that changes, until it is final.

        Watches the service's events. Where they break off it asks once and watches again, so a service or a
        proxy without events is asked once a second.
        """
        failures = 0
        while True:
            with contextlib.suppress(ApiError):  # asking tells whether it is the stream or the service
                if (yield from self._watched(number)):
                    return
            try:
                seen = self.submission(number)
            except ApiError as error:
                failures += 1
                if error.is_final or failures > _MOST_FAILURES:
                    raise
            else:
                failures = 0
                yield seen
                if seen.is_final:
                    return
            time.sleep(_RETRY_SECONDS)

    def _watched(self, number: int) -> Generator[Submission, None, bool]:
        """Yield what the service's events say; return whether the last of them was final."""
        with self._send("GET", f"/submissions/{number}/events", accept="text/event-stream", stream=True) as response:
            try:
                for event in read_events(response.iter_lines(_CHUNK_BYTES)):
                    if event.name == "snapshot":
                        yield (seen := _parsed(Submission, event.data))
                        if seen.is_final:
                            return True
            except requests.RequestException as error:
                raise ApiError(f"the connection broke: {_short(error)}") from None
        return False

    def start_quiz(self, course: str, quiz: str) -> Attempt:
        """Start an attempt, or go on with an open one."""
        return self.call("POST", f"/courses/{quote(course)}/quizzes/{quote(quiz)}/attempts", Attempt)

    def answer(self, attempt: int, question: str, value: str | list[str]) -> Attempt:
        """Answer a question."""
        body = json.dumps({"answer": value}).encode()
        path = f"/attempts/{attempt}/answers/{quote(question)}"
        return self.call("PUT", path, Attempt, data=body, content_type="application/json")

    def finish_quiz(self, attempt: int) -> Attempt:
        """Finish an attempt; it is marked."""
        return self.call("POST", f"/attempts/{attempt}/finish", Attempt)

    def gradebook(self, course: str) -> Gradebook:
        """Return a course's grades, for its staff."""
        return self.call("GET", f"/courses/{quote(course)}/gradebook", Gradebook)

    def download(self, path: str, accept: str) -> bytes:
        """Return a file that lies below the API's address."""
        return self._send("GET", path, accept=accept).content

    def call(
        self,
        method: str,
        path: str,
        model: type[AnyAnswer],
        *,
        data: bytes | None = None,
        content_type: str | None = None,
    ) -> AnyAnswer:
        """Make one call below the API's address and return its answer; what other modules' calls are made of."""
        response = self._send(method, path, data=data, content_type=content_type)
        return _parsed(model, response.content)

    def _send(
        self,
        method: str,
        path: str,
        *,
        data: bytes | None = None,
        content_type: str | None = None,
        accept: str = "application/json",
        stream: bool = False,
    ) -> requests.Response:
        try:
            response = self._http.request(
                method,
                self._base + path,
                data=data,
                headers={"Accept": accept} | ({"Content-Type": content_type} if content_type else {}),
                stream=stream,
                timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
                allow_redirects=False,  # the token goes to the server that was named, nowhere else
            )
        except requests.RequestException as error:
            raise ApiError(f"can't reach {self._server}: {_cause(error)}") from None
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise ApiError(_refusal(response), status=response.status_code)
        return response


def _check_address(server: str) -> None:
    try:
        parts = urlsplit(server)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Invalid(f"{server!r} is no address of a server: it begins with https:// or http://", field="server")


def _check_token(token: str) -> None:
    if not (token.isascii() and token.isprintable()) or " " in token or not token:
        raise Invalid("the token is none of this service: copy it again, it is one word without accents", field="token")


def _cause(error: requests.RequestException) -> str:
    """Return in plain words why a server did not answer, from the system's own error below the library's."""
    if isinstance(error, requests.Timeout):
        return "it does not answer in time"
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, socket.gaierror):
            return "there is no such host"
        if isinstance(below, OSError) and below.strerror:
            return below.strerror.lower()
        below = below.__cause__ or below.__context__
    return _short(error)


def _parsed(model: type[AnyAnswer], text: str | bytes) -> AnyAnswer:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise ApiError(f"the answer is not what grader's API says: {_short(error)}") from None


def _refusal(response: requests.Response) -> str:
    """Return the service's own sentence, or what HTTP says."""
    try:
        message = response.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        message = f"HTTP {response.status_code} {response.reason}"
    return str(message)[:_LONGEST_MESSAGE]


def _short(error: Exception) -> str:
    return str(error).splitlines()[0][:_LONGEST_MESSAGE]
