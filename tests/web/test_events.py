"""Server-sent events: a snapshot first, then changes, then the end."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.events import read_events
from grader.domain.errors import DatabaseBusy, GraderError, NotFound
from grader.web.context import context_of
from grader.web.streams import Pace, Snapshot, Streams, events
from tests.web.school import QUICK, body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.web.school import School

WAITS, RUNS, ENDS = Snapshot("1", is_final=False), Snapshot("2", is_final=False), Snapshot("3", is_final=True)


class Watch:
    """A clock that a stream's waiting moves on; *looks* are what it finds, the last one for ever."""

    def __init__(self, *looks: Snapshot | None, stops_after: float = float("inf")) -> None:
        self._looks = list(looks)
        self._stops_after = stops_after
        self.now = 0.0
        self.pauses: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        self.pauses.append(seconds)
        return self.now > self._stops_after

    def look(self) -> Snapshot | None:
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]

    def events(self, first: Snapshot = WAITS, pace: Pace | None = None) -> Iterator[str]:
        return events(first, self.look, pace=pace or Pace(), wait=self.wait, monotonic=lambda: self.now)


def told(stream: Iterator[str]) -> list[tuple[str, str]]:
    """Return the stream's events, read as a client reads them."""
    lines = "".join(stream).encode().split(b"\n")
    return [(event.name, event.data) for event in read_events(lines)]


def test_a_snapshot_comes_first_then_each_change_then_the_end() -> None:
    watch = Watch(WAITS, WAITS, RUNS, RUNS, ENDS)
    assert told(watch.events()) == [("snapshot", "1"), ("snapshot", "2"), ("snapshot", "3"), ("end", "{}")]


def test_a_final_snapshot_is_followed_by_the_end_at_once() -> None:
    watch = Watch(ENDS)
    assert told(watch.events(first=ENDS)) == [("snapshot", "3"), ("end", "{}")]
    assert watch.pauses == []


def test_looks_grow_rare_while_nothing_happens_and_quick_again_after_a_change() -> None:
    watch = Watch(*[WAITS] * 20, RUNS, RUNS, ENDS)
    list(watch.events())
    quiet, after_change = watch.pauses[:21], watch.pauses[21:]
    assert (quiet[0], quiet[-1]) == (0.1, 1.0)
    assert all(earlier <= later for earlier, later in pairwise(quiet))
    assert after_change == [0.1, pytest.approx(0.15)]


def test_silence_is_broken_at_least_every_ten_seconds() -> None:
    watch = Watch(WAITS, stops_after=60)
    spoken = [watch.now for _ in watch.events()]
    assert len(spoken) > 6
    assert max(later - earlier for earlier, later in pairwise(spoken)) < 10


def test_a_stream_ends_with_its_lifetime_and_without_an_end() -> None:
    watch = Watch(WAITS)
    assert told(watch.events(pace=Pace(lifetime=30))) == [("snapshot", "1")]
    assert 30 <= watch.now <= 32


def test_a_look_that_fails_is_made_again() -> None:
    assert told(Watch(None, None, ENDS).events())[-1] == ("end", "{}")


def test_a_server_that_stops_sends_its_readers_away() -> None:
    watch = Watch(WAITS, stops_after=3)
    assert told(watch.events()) == [("snapshot", "1")]
    assert watch.now < 5


def test_waiting_ends_at_once_when_the_server_stops() -> None:
    streams = Streams(1)
    streams.stop()
    assert streams.wait(3600)


def test_places_are_counted() -> None:
    streams = Streams(1)
    assert streams.enter("ada")
    assert not streams.enter("ada")
    streams.leave("ada")
    assert streams.enter("ada")


# over HTTP


def read(client: FlaskClient, number: int, **headers: str) -> list[tuple[str, Any]]:
    answer = client.get(f"/api/v1/submissions/{number}/events", headers=headers)
    assert answer.mimetype == "text/event-stream"
    return [(event.name, json.loads(event.data)) for event in read_events(answer.data.split(b"\n"))]


def test_a_reader_sees_a_submission_become_graded(school: School) -> None:
    number = school.submit()
    chunks = school.client().get(f"/api/v1/submissions/{number}/events").iter_encoded()
    retry, first = next(chunks), next(chunks)
    school.grade()
    seen = [json.loads(event.data) for event in read_events((first + b"".join(chunks)).split(b"\n"))]
    assert retry == b"retry: 1000\n\n"
    assert [each.get("state") for each in seen] == ["queued", "graded", None]
    assert seen[1]["report"]["points"] == 3


def test_a_snapshot_is_what_a_plain_look_shows_but_the_source(school: School) -> None:
    number = school.submit()
    school.grade()
    (_, snapshot), _ = read(school.client(), number)
    plain = body(school.client().get(f"/api/v1/submissions/{number}"))
    assert plain == {**snapshot, "source": "x = 1"}


def test_a_student_reads_no_hidden_text_in_a_stream(school: School) -> None:
    number = school.submit()
    school.grade()
    (_, snapshot), _ = read(school.client("ada"), number)
    assert [check["staff_message"] for check in snapshot["report"]["checks"]] == ["", ""]


def test_who_comes_back_is_shown_the_present_first(school: School) -> None:
    number = school.submit()
    school.grade()
    names = [name for name, _ in read(school.client(), number, Last_Event_ID="of-an-earlier-snapshot")]
    assert names == ["snapshot", "end"]


def test_who_has_seen_the_end_is_told_not_to_come_back(school: School) -> None:
    number = school.submit()
    school.grade()
    url = f"/api/v1/submissions/{number}/events"
    last_id = school.client().get(url).text.split("id: ")[-1].split("\n")[0]
    again = school.client().get(url, headers={"Last-Event-ID": last_id})
    assert (again.status_code, again.data) == (204, b"")


def test_a_stream_is_neither_cached_nor_held_back(school: School) -> None:
    answer = school.client(pace=replace(QUICK, lifetime=0)).get(f"/api/v1/submissions/{school.submit()}/events")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.headers["Content-Type"].startswith("text/event-stream")


def test_one_reader_too_many_gets_the_present_and_comes_back(school: School) -> None:
    client = school.client(streams=1, pace=replace(QUICK, lifetime=10))
    url = f"/api/v1/submissions/{school.submit()}/events"
    with client.get(url) as patient:
        next(patient.iter_encoded())
        began = time.monotonic()
        assert client.get(url).text.count("event: snapshot") == 1
    assert time.monotonic() - began < 5


def test_a_reader_who_goes_gives_the_place_back(school: School) -> None:
    app = school.app(streams=1)
    url = f"/api/v1/submissions/{school.submit()}/events"
    school.sign_in(app, "ada").get(url).close()
    assert context_of(app).streams.enter("ada")


@pytest.mark.parametrize("error", [DatabaseBusy("locked"), NotFound("no longer in the course")])
def test_a_stream_outlives_a_look_that_fails(school: School, error: GraderError) -> None:
    busy = [False]

    def make_uow() -> Any:  # noqa: ANN401 - a UnitOfWork
        if busy.pop(0) if len(busy) > 1 else busy[0]:
            raise error
        return school.make_uow()

    number = school.submit()
    client = school.client(make_uow=make_uow)
    chunks = client.get(f"/api/v1/submissions/{number}/events").iter_encoded()
    first = next(chunks) + next(chunks)
    school.grade()
    busy[:] = [True, True, False]
    assert b"event: end" in first + b"".join(chunks)
