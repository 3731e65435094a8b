"""Against Open edX's own platform over HTTP: its launch is read, a column made, scores sent, refused and read back."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from grader.bootstrap.store import SystemClock
from grader.domain.errors import Unavailable
from grader.domain.lms.delivery import Verdict, judge_score
from grader.domain.lms.launch import LoginRequest
from grader.domain.lms.platform import LINE_ITEM_SCOPE, SCORE_SCOPE, Context, Family, LineItem, Member
from grader.domain.lms.score import LmsScore
from grader.domain.scoring import ItemKind
from grader.lms.gradebooks import Gradebooks
from grader.lms.launches import LtiLaunches
from grader.lms.outgoing import Outgoing
from grader.lms.tokens import Tokens
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.lms.gradebook.desk import CONV, Desk
from tests.lms.platform import a_key, a_platform
from tests.services.conftest import World, populated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.domain.lms.launch import Launch, NewKey

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / "build" / "openedx-env" / "bin" / "python"
BACK = "https://grader.example/lti/key/launch"
SUBJECT = "edx-ada"

pytestmark = pytest.mark.skipif(
    not PYTHON.exists(), reason="Open edX's platform is missing: make lms-openedx. ITS ANSWERS ARE NOT TESTED"
)


class Campus:
    """The platform, and what of ours talks to it."""

    def __init__(self, told: dict[str, str]) -> None:
        self.platform = a_platform(key="edx", family=Family.OPEN_EDX, **told)
        outgoing, clock = Outgoing(("127.0.0.1",)), SystemClock()
        self.launches = LtiLaunches(outgoing, clock, a_key)
        self.gradebooks = Gradebooks(outgoing, Tokens(outgoing, clock, a_key))

    def launch(self, nonce: str = "nonce-1", answers: str = "nonce-1") -> Launch:
        """Go there to sign in, as a browser does, and read the message that comes back."""
        asked = LoginRequest(self.platform.issuer, "ada", BACK, "hint", self.platform.client_id)
        address = self.launches.redirect(self.platform, asked, state="state-1", nonce=nonce, back=BACK)
        told = parse_qs(urlsplit(address).query)
        answer = requests.get(self.platform.auth_url, params={k: v[0] for k, v in told.items()}, timeout=20).json()
        return self.launches.read(self.platform, answer["id_token"], nonce=answers)

    def context(self) -> Context:
        """Return the platform's course as a launch tells of it."""
        found = self.launch()
        return Context(
            1, 1, found.deployment, found.context_key, found.context_title, 1, found.line_items_url, "", found.scopes
        )

    def column(self, item: str) -> LineItem:
        """Make a column, or find it."""
        url = self.gradebooks.make_line_item(
            self.platform, self.context(), label=item, max_points=4, resource=f"exercise:{item}", tag="grade"
        )
        return LineItem(1, 1, ItemKind.EXERCISE, item, url, item, 4)

    def send(self, column: LineItem, points: int | None, seconds: int) -> tuple[int | None, Verdict, str]:
        """Send a score whose timestamp is so many seconds after noon."""
        when = datetime(2026, 5, 1, 12, tzinfo=UTC) + timedelta(seconds=seconds)
        score = LmsScore(SUBJECT, None if points is None else Fraction(points), 4, when, submitted=when)
        answer = self.gradebooks.post_score(self.platform, column, score)
        return answer.status, judge_score(answer), answer.body


@pytest.fixture(scope="module")
def campus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Campus]:
    folder = tmp_path_factory.mktemp("openedx")
    command = [str(PYTHON), str(Path(__file__).with_name("campus.py")), str(folder)]
    tool = {"public_key": a_key().public, "login_url": "https://grader.example/lti/key/login", "launch_url": BACK}
    with (
        (folder / "stderr").open("w") as faults,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=faults, text=True) as running,
    ):
        assert running.stdin
        assert running.stdout
        print(json.dumps(tool), file=running.stdin, flush=True)
        line = running.stdout.readline()
        assert line, (folder / "stderr").read_text()
        yield Campus(json.loads(line))
        running.stdin.close()
        running.wait(timeout=20)


def test_its_launch_is_verified_and_says_who_came_from_where(campus: Campus) -> None:
    found = campus.launch()
    assert (found.person.subject, found.person.name, found.deployment) == (SUBJECT, "Ada", "1")
    assert (found.context_key, found.resource_link) == ("course-1", "link-1")
    assert found.line_items_url.startswith(f"{campus.platform.issuer}/api/lti_consumer/v1/lti/")
    assert LINE_ITEM_SCOPE in found.scopes


def test_its_launch_answers_one_login_only(campus: Campus) -> None:
    with pytest.raises(Exception, match="does not answer this login"):
        campus.launch(answers="nonce-2")


def test_a_column_is_made_once(campus: Campus) -> None:
    first = campus.column("made-once")
    assert first.url.startswith(campus.context().line_items_url)
    assert campus.column("made-once").url == first.url
    assert campus.column("another").url != first.url


def test_a_score_arrives_and_is_read_back(campus: Campus) -> None:
    column = campus.column("read-back")
    assert campus.gradebooks.results(campus.platform, column) == {}
    assert campus.send(column, 3, 0)[:2] == (201, Verdict.DELIVERED)
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 3}
    assert campus.send(column, 2, 1)[:2] == (201, Verdict.DELIVERED)
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 2}


@pytest.mark.parametrize("seconds", [0, -1], ids=["the same", "an older one"])
def test_a_timestamp_that_is_not_later_is_refused_and_changes_nothing(campus: Campus, seconds: int) -> None:
    column = campus.column(f"timestamp {seconds}")
    campus.send(column, 3, 0)
    status, verdict, body = campus.send(column, 1, seconds)
    assert (status, verdict) == (400, Verdict.SUPERSEDED), body
    assert "timestamp" in body
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 3}


def test_a_score_that_is_taken_back_is_gone(campus: Campus) -> None:
    column = campus.column("taken-back")
    campus.send(column, 3, 0)
    assert campus.send(column, None, 1)[:2] == (201, Verdict.DELIVERED)
    assert campus.gradebooks.results(campus.platform, column).get(SUBJECT) is None


@pytest.mark.parametrize("key", [a_key("other"), replace(a_key("other"), kid="ours")], ids=["unknown", "in disguise"])
def test_a_key_that_is_not_ours_gets_no_token(campus: Campus, key: NewKey) -> None:
    outgoing = Outgoing(("127.0.0.1",))
    column = campus.column("wrong-key")
    campus.send(column, 3, 0)
    stranger = Tokens(outgoing, SystemClock(), lambda: key)
    with pytest.raises(Unavailable, match=r"answered 400 \(invalid_client\)"):
        stranger.token(campus.platform, [SCORE_SCOPE])
    when = datetime(2026, 5, 1, 13, tzinfo=UTC)
    answer = Gradebooks(outgoing, stranger).post_score(campus.platform, column, LmsScore(SUBJECT, Fraction(1), 4, when))
    assert (answer.status, judge_score(answer)) == (None, Verdict.AGAIN)
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 3}


def test_all_steps_of_a_connection_work_but_those_of_a_list_that_is_not_lent(campus: Campus) -> None:
    steps = dict(campus.gradebooks.check(campus.platform, campus.context()))
    assert [name for name, wrong in steps.items() if wrong and "Names and Role" not in wrong] == []


def test_a_dispatcher_has_it_show_what_counts_here_though_it_refuses_what_it_calls_older(
    campus: Campus, tmp_path: Path
) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'grader.db'}")
    Table.metadata.create_all(engine)
    desk = Desk(populated(World(unit_of_work_factory(engine))))
    desk.platform = desk.write(lambda uow: uow.platforms.add(replace(campus.platform, course_id=desk.course.id)))
    told = replace(campus.context(), id=0, platform_id=desk.platform.id, course_id=None)
    desk.context = desk.write(lambda uow: uow.platforms.put_context(told))
    desk.write(lambda uow: uow.platforms.put_member(Member(desk.context.id, SUBJECT, desk.world["ada"].id)))
    desk.gradebooks = campus.gradebooks
    desk.ways = replace(desk.ways, gradebooks=campus.gradebooks)
    (column,) = desk.make(CONV)
    desk.grade("ada", 3)
    desk.dispatch()
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 3}
    campus.send(column, 1, 600)
    desk.grade("ada", 2)
    desk.dispatch()
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 1}, "it has a later one"
    for _ in range(4):
        desk.world.clock.advance(minutes=6)
        desk.dispatch()
    assert campus.gradebooks.results(campus.platform, column) == {SUBJECT: 2}
    assert desk.compare() == []
    engine.dispose()
