"""The score at the platform is the grade here in the end, whatever happens and fails in between.

Grades change in every way in which they do, people and columns come and go, several dispatchers send at once and are
killed, requests fail in every way or arrive late, the clock jumps. Then the failures stop, an instructor sends again
what died, and once the outbox is empty, both must be the same for every student and column.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from grader.domain.assignment import Terms
from grader.domain.errors import Mistake
from grader.domain.lms.delivery import LEASE
from grader.domain.lms.launch import Launch, Message, Person
from grader.domain.lms.platform import INSTRUCTOR, LEARNER, Family
from grader.domain.people import Role
from grader.domain.scoring import Keep, Late
from grader.lms.outgoing import Reply
from grader.services import columns, deliveries, dispatch
from grader.services.arrive import Arriving, arrive
from grader.services.assignments import set_terms
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import NOON
from tests.lms.gradebook.desk import CONV, QUIZ, Desk
from tests.lms.platform import ITEMS
from tests.services.conftest import World, populated
from tests.services.quizzing import answered, finished, started
from tests.services.regrading import Term

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from grader.domain.lms.delivery import Answer
    from grader.domain.lms.platform import LineItem, Platform
    from grader.domain.lms.score import LmsScore
    from grader.domain.regrade import Regrade
    from grader.domain.scoring import ItemKind
    from grader.services.sending import Claimed

LOGINS = st.sampled_from(["ada", "bob"])
PLACES = st.sampled_from([CONV, QUIZ])
LINK = f"{ITEMS}/link"
STEP = timedelta(seconds=1)
MOST_DEPTH = 2
"""How many dispatchers are at it while another waits for an answer."""


class Killed(BaseException):
    """A dispatcher dies here: nothing that it would have done follows."""


STATUSES = {
    "401 twice": Reply(401),
    "404": Reply(404),
    "409": Reply(409),
    "400 older": Reply(400, {}, b'{"timestamp": ["Score timestamp can only be updated to a later point in time"]}'),
    "408": Reply(408),
    "425": Reply(425),
    "429": Reply(429, {"retry-after": "120"}),
    "500": Reply(500),
    "no answer": Reply(problem="no answer came in time"),
}
FAULTS = st.sampled_from(
    ["none"] * 9
    + [*STATUSES, "answer lost", "held up on the way", "401 once", "token refused", "token lost"]
    + ["killed before", "killed after"] * 2
)
MEANWHILE = ["nothing"] * 6 + ["grade", "take back", "people", "link", "time", "dispatcher", "late"]
GRADES = ["hand in", "quiz", "set", "set", "take back", "terms", "regrade", "undo"]
TIMES = [0.3, 1, 5, 70, 100, 400, 2000, 40_000, -0.7, -5, -3000]
TERMS = st.builds(
    lambda hours, late, keep: Terms(due=NOON + timedelta(hours=hours), late=late, keep=keep),
    st.integers(-30, 3),
    st.sampled_from(Late),
    st.sampled_from(Keep) | st.none(),
) | st.builds(Terms)


@dataclass
class Wire:
    """Between dispatchers and the platform: sees each score, and has it fail as the test draws."""

    desk: Desk
    draw: Callable[[st.SearchStrategy[Any]], Any] | None = None
    meanwhile: Callable[[], None] = lambda: None
    broken: list[str] = field(default_factory=list)  # raised where it is seen, it would be a mishap of the dispatcher's
    stamped: dict[tuple[int, str], datetime] = field(default_factory=dict)
    in_flight: set[tuple[int, str]] = field(default_factory=set)
    late: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)

    def post_score(self, platform: Platform, line_item: LineItem, score: LmsScore) -> Answer:
        """Send a score, or not."""
        pair = line_item.id, score.subject
        last = self.stamped.get(pair)
        if pair in self.in_flight:
            self.broken.append(f"two at once for {pair}")
        if last is not None and score.timestamp - last < STEP:
            self.broken.append(f"{score.timestamp} follows {last} for {pair}")
        self.stamped[pair] = score.timestamp
        self.in_flight.add(pair)
        try:
            return self._send(self.draw(FAULTS) if self.draw else "none", platform, line_item, score)
        finally:
            self.in_flight.discard(pair)

    def _send(self, fault: str, platform: Platform, line_item: LineItem, score: LmsScore) -> Answer:
        lms = self.desk.lms
        if fault == "killed before":
            raise Killed
        self.meanwhile()
        if fault.startswith(("token", "401 once")):
            lms.revoke()
        lms.token_answer = {"token refused": Reply(400, {}, b"{}"), "token lost": Reply(problem="reset")}.get(fault)
        lms.lost = Reply(problem="no answer came in time") if fault == "answer lost" else None
        lms.wrong = lambda *_: STATUSES.get(fault)
        if fault == "held up on the way":
            lms.request = self._hold_up  # type: ignore[method-assign]
        try:
            answer = self.desk.gradebooks.post_score(platform, line_item, score)
        finally:
            lms.token_answer, lms.lost, lms.wrong = None, None, lambda *_: None
            vars(lms).pop("request", None)
        self.meanwhile()
        if fault == "killed after":
            raise Killed
        return answer

    def _hold_up(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None = None, most_bytes: int = 4096
    ) -> Reply:
        lms = self.desk.lms
        if "/scores" not in url:
            return type(lms).request(lms, method, url, headers=headers, body=body, most_bytes=most_bytes)
        self.late.append((method, url, headers, body or b""))
        return Reply(problem="no answer came in time")

    def arrive_late(self, which: int) -> None:
        """Have a request arrive that was given up long ago."""
        if self.late:
            method, url, headers, body = self.late.pop(which % len(self.late))
            self.desk.lms.request(method, url, headers=headers, body=body)


class Agreement(RuleBasedStateMachine):
    """A course, its platform, and all that happens between them."""

    template: Path
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.file = Path(tempfile.mkdtemp(dir=self.folder)) / "grader.db"
        shutil.copy(self.template, self.file)
        self.engine = make_engine(f"sqlite:///{self.file}")
        self.desk = Desk(populated(World(unit_of_work_factory(self.engine))))
        self.desk.lms.lasts = 10**9
        self.wire = Wire(self.desk)
        self.ways = replace(self.desk.ways, gradebooks=cast("Any", self.wire))
        self.term = Term(self.desk.world)
        self.overrides: list[int] = []
        self.regrades: list[Regrade] = []
        self.claimed: list[Claimed] = []
        self.depth = 0

    @initialize(family=st.sampled_from(list(Family)))
    def connect(self, family: Family) -> None:
        self.desk.is_a(family)
        self.desk.names("ada", "bob")
        self.desk.sync()
        self.desk.make(CONV, QUIZ)

    @rule(data=st.data(), what=st.sampled_from(GRADES))
    def change_a_grade(self, data: st.DataObject, what: str) -> None:
        """Have somebody earn, be given or lose points, in all the ways there are."""
        login, item, which = data.draw(LOGINS), data.draw(PLACES), data.draw(st.integers(0, 9))
        with suppress(Mistake):  # not everything is possible at any time: nothing is changed then
            if what == "hand in":
                self.term.graded(which % 5, login)
            elif what == "quiz":
                self._take_the_quiz(login, which)
            elif what == "set":
                self.overrides.append(self.desk.grade(login, Fraction(which, 3), item))
            elif what == "take back" and self.overrides:
                self.desk.withdraw(self.overrides[which % len(self.overrides)])
            elif what == "terms":
                self._set_terms(item, data.draw(TERMS))
            elif what == "regrade":
                regraded = self.term.start()
                self.term.finish(regraded, *[which % 5] * len(self.term.runs(regraded)))
                self.regrades.append(self.term.apply(regraded))
            elif what == "undo" and self.regrades:
                self.term.undo(self.regrades[which % len(self.regrades)])

    def _take_the_quiz(self, login: str, right: int) -> None:
        attempt = started(self.desk.world, login)
        answered(self.desk.world, attempt, "six", "6" if right & 1 else "0", login)
        answered(self.desk.world, attempt, "seven", "7" if right & 2 else "0", login)
        finished(self.desk.world, attempt, login)

    def _set_terms(self, item: tuple[ItemKind, str], terms: Terms) -> None:
        world, (kind, slug) = self.desk.world, item
        given = {"user": world["ian"], "course_slug": "spring", "kind": kind, "slug": slug, "terms": terms}
        set_terms(world.make_uow(), world.clock, world.catalogue, **cast("Any", given))

    @rule(what=st.sampled_from(["list", "put out", "put in", "help", "launch"]), login=LOGINS, named=st.sets(LOGINS))
    def change_who_is_there(self, what: str, login: str, named: set[str]) -> None:
        """Have people come and go, there and here."""
        with suppress(Mistake):
            if what == "list":
                self.desk.names(*sorted(named))
                self.desk.sync(removes_many=True)
            elif what == "put out":
                self.desk.put_out(login)
            elif what == "launch":
                self._launch(login, None)
            else:
                self.desk.put(login, Role.ASSISTANT if what == "help" else Role.STUDENT)

    @rule(what=st.sampled_from(["make", "remove", "link"]), item=PLACES, which=st.integers(0, 5))
    def change_columns(self, what: str, item: tuple[ItemKind, str], which: int) -> None:
        """Make a column, let go of one, or have a link's show something else than before."""
        there, world = self._columns(), self.desk.world
        if what == "make":
            self.desk.make(item)
        elif what == "link":
            with suppress(Mistake):
                self._launch("prof", item)
        elif there:
            gone = {"user": world["ian"], "course_slug": "spring", "line_item_id": there[which % len(there)].id}
            columns.remove_column(world.make_uow, world.clock, **cast("Any", gone))

    def _launch(self, login: str, item: tuple[ItemKind, str] | None) -> None:
        """Come from the platform by the link."""
        custom = {} if item is None else {"item": f"{item[0].value}:{item[1]}"}
        role = INSTRUCTOR if login == "prof" else LEARNER
        person = Person(f"sub-{login}", (role,), login.capitalize(), email=login)
        told = Launch(Message.RESOURCE, "d", person, "c", custom=custom, resource_link="r", line_item=LINK)
        world, desk = self.desk.world, self.desk
        arrive(world.make_uow(), world.catalogue, Arriving(desk.platform, told, desk.context, world.clock.now()))

    @rule(seconds=st.sampled_from(TIMES), which=st.integers(0, 5), is_late=st.booleans())
    def pass_time(self, seconds: float, which: int, *, is_late: bool) -> None:
        """Let time pass, or run back; what nobody is at any more is put back, and a request may arrive after all."""
        self.desk.world.clock.advance(seconds=seconds)
        dispatch.put_back(self.desk.world.make_uow, self.desk.world.clock)
        if is_late:
            self.wire.arrive_late(which)

    @rule(data=st.data(), changes=st.lists(st.tuples(LOGINS, PLACES, st.integers(0, 9)), min_size=1, max_size=5))
    def change_and_send(self, data: st.DataObject, changes: Sequence[tuple[str, tuple[ItemKind, str], int]]) -> None:
        """Have grades change, and a dispatcher woken by it."""
        for login, item, thirds in changes:
            with suppress(Mistake):
                self.overrides.append(self.desk.grade(login, Fraction(thirds, 3), item))
        with _Drawing(self, data):
            self._run(data.draw)

    @rule(data=st.data())
    def run_a_dispatcher(self, data: st.DataObject) -> None:
        with _Drawing(self, data):
            self._run(data.draw)

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        """Have a dispatcher claim, which then is slow, or never sends."""
        self.claimed += dispatch.take(self.desk.world.make_uow, self.desk.world.clock, limit=limit, at_once=4)

    @rule(data=st.data(), which=st.integers(0, 5))
    def send_what_was_claimed(self, data: st.DataObject, which: int) -> None:
        if self.claimed:
            with _Drawing(self, data):
                self._send(self.claimed.pop(which % len(self.claimed)))

    # in the end

    def teardown(self) -> None:
        try:
            assert self.wire.broken == []
            self._calm_down()
            self._compare()
            while self.wire.late:
                self.wire.arrive_late(0)
            self._compare()
        finally:
            self.engine.dispose()
            shutil.rmtree(self.file.parent)

    def _calm_down(self) -> None:
        world = self.desk.world
        world.clock.advance(seconds=4000 + LEASE.total_seconds())
        dispatch.put_back(world.make_uow, world.clock)
        deliveries.replay_dead(world.make_uow(), world.clock, user=world["ian"], course_slug="spring")
        for _ in range(30):
            dispatch.put_back(world.make_uow, world.clock)
            self._run(None)
            load = self.desk.read(lambda uow: uow.outbox.load(self.desk.course.id, NOON))
            if load.waiting == load.sending == 0:
                return
            world.clock.advance(hours=15)
        raise AssertionError(f"the outbox is never empty: {load}")

    def _compare(self) -> None:
        for login in ("ada", "bob"):
            if self._is_shown(login):
                for column in self._columns():
                    self._compare_one(login, column)
        assert self.desk.compare() == []

    def _is_shown(self, login: str) -> bool:
        """Whether the platform is told of somebody: a student here whom it has in its course."""
        enrolment, context = self.desk.enrolment(login), self.desk.context
        member = self.desk.read(lambda uow: uow.platforms.member_of(context.id, enrolment.user_id))
        is_student = enrolment.is_active and enrolment.role is Role.STUDENT
        return is_student and member is not None and member.ended is None

    def _compare_one(self, login: str, column: LineItem) -> None:
        grade = self.desk.counts(login, (column.kind, column.item))
        here = None if grade is None else float(grade.points / (grade.max_points or column.max_points))
        score = self.desk.lms.scores.get((column.url.partition("?")[0], f"sub-{login}"))
        there = None if score is None or score.points is None else score.points / score.max_points
        assert there == (None if here is None else pytest.approx(here, abs=1e-4)), (login, column)

    def _columns(self) -> Sequence[LineItem]:
        return self.desk.read(lambda uow: uow.line_items.of_context(self.desk.context.id))

    def _run(self, draw: Callable[[st.SearchStrategy[Any]], Any] | None) -> None:
        """Take and send, several rounds; sometimes not all that was taken."""
        world = self.desk.world
        while taken := dispatch.take(world.make_uow, world.clock, limit=4, at_once=4):
            for claimed in taken:
                self._send(claimed)
            if draw and not draw(st.booleans()):
                return

    def _send(self, claimed: Claimed) -> None:
        world = self.desk.world
        self.depth += 1
        try:
            dispatch.send(world.make_uow, world.clock, self.ways, claimed)
        except Killed:
            pass
        finally:
            self.depth -= 1

    def meanwhile(self, data: st.DataObject) -> None:
        """Do something while a dispatcher waits for its answer, for less than a claim is good for."""
        what = data.draw(st.sampled_from(MEANWHILE)) if self.depth <= MOST_DEPTH else "nothing"
        if what == "grade":
            self.change_a_grade(data, "set")
        elif what == "take back":
            self.change_a_grade(data, "take back")
        elif what == "people":
            self.change_who_is_there(
                *data.draw(st.tuples(st.sampled_from(["list", "put in"]), LOGINS, st.sets(LOGINS)))
            )
        elif what == "link":
            self.change_columns("link", data.draw(PLACES), 0)
        elif what == "time":
            self.desk.world.clock.advance(seconds=data.draw(st.sampled_from([0.4, 3, 8, -60])))
        elif what == "dispatcher":
            self._run(data.draw)
        elif what == "late":
            self.wire.arrive_late(0)


@dataclass
class _Drawing:
    """While this is open, the wire fails as is drawn, and things happen while it waits."""

    machine: Agreement
    data: st.DataObject

    def __enter__(self) -> None:
        self.machine.wire.draw = self.data.draw
        self.machine.wire.meanwhile = lambda: self.machine.meanwhile(self.data)

    def __exit__(self, *_: object) -> None:
        self.machine.wire.draw, self.machine.wire.meanwhile = None, lambda: None


@pytest.fixture
def machine(tmp_path: Path) -> type[Agreement]:
    Agreement.template, Agreement.folder = tmp_path / "template.db", tmp_path
    engine = make_engine(f"sqlite:///{Agreement.template}")
    Table.metadata.create_all(engine)
    engine.dispose()
    return Agreement


def test_scores_agree_in_the_end_whatever_fails_in_between(machine: type[Agreement]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
