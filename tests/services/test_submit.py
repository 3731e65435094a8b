"""What is taken, what is refused with which words, and that nothing is lost."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, DatabaseBusy, Invalid, NotFound, TooLarge
from grader.domain.submission import State
from grader.services.enrol import add_course, enrol
from grader.services.follow import submissions
from grader.services.submit import parse_source, submit
from tests.fakes import FakeUnitOfWork

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.conftest import World

REFUSED = (
    (b"", "the source is empty"),
    (b" \n\t\r\n ", "the source is empty"),
    (b"\xef\xbb\xbf", "the source is empty"),
    (b"ab\xff\xfe", r"not UTF-8: byte 2 \(0xff\)"),
    ("x = 1\n".encode("utf-16"), r"not UTF-8: byte 0 \(0xff\)"),
    (b"x = 1\ny = '\x00'\n", "NUL byte in line 2"),
    (b"x = 1\n\ndef f(:\n    pass\n", r"syntax error in line 3: .*: def f\(:$"),
    (b"if True:\nx = 1\n", "syntax error in line 2: expected an indented block"),
    (b"print 'hello'\n", "syntax error in line 1: Missing parentheses"),
    (b"x = (\n", "syntax error in line 1: '\\(' was never closed"),
    (b"(" * 1000, "syntax error in line 1: too many nested parentheses"),
    (b"-" * 60_000 + b"1", "nested too deeply"),
    (b"1" + b"+1" * 30_000, "nested too deeply"),
    (b"f" + b"()" * 30_000, "nested too deeply"),
    (b"if x: pass\n" + b"elif x: pass\n" * 4_000, "nested too deeply"),
)


class TestSource:
    @pytest.mark.parametrize(("data", "message"), REFUSED, ids=[message for _, message in REFUSED])
    def test_it_is_refused_in_clear_words(self, data: bytes, message: str) -> None:
        with pytest.raises(Invalid, match=message) as refused:
            parse_source(data, limit_kib=256)
        assert refused.value.field == "source"
        assert len(str(refused.value)) < 400

    @pytest.mark.parametrize("unfinished", [b"f'" + b"{x}" * 20_000 + b"' +", b"x\n" * 33_000 + b"x ="])
    def test_what_takes_the_parser_long_is_checked_in_the_jail_only(self, unfinished: bytes) -> None:
        assert parse_source(unfinished, limit_kib=256) == unfinished.decode()

    def test_what_could_act_in_a_line_that_is_quoted_is_written_out(self) -> None:
        with pytest.raises(Invalid) as refused:
            parse_source("x = = '\u202e\x1b[2J'".encode(), limit_kib=256)
        assert str(refused.value).endswith(r"x = = '\u202e\x1b[2J'")

    def test_the_limit_is_exact(self) -> None:
        fits = b"#" * (256 * 1024)
        assert len(parse_source(fits, limit_kib=256)) == 256 * 1024
        with pytest.raises(TooLarge, match="262,145 bytes; at most 256 KiB"):
            parse_source(fits + b"#", limit_kib=256)

    def test_too_large_is_told_before_anything_else(self) -> None:
        with pytest.raises(TooLarge):
            parse_source(b"\xff" * 300_000, limit_kib=256)

    @pytest.mark.parametrize("source", ["x = 'ünïcode 🐍'\r\n", "# comment only", "x = 1", "\tx = 1".strip()])
    def test_what_could_be_run_is_taken_as_it_is(self, source: str) -> None:
        assert parse_source(source.encode(), limit_kib=256) == source

    def test_a_byte_order_mark_is_taken_off(self) -> None:
        assert parse_source(b"\xef\xbb\xbfx = 1\n", limit_kib=256) == "x = 1\n"


class BrokenDisk(FakeUnitOfWork):
    """Fails at the commit."""

    def commit(self) -> None:
        raise DatabaseBusy("disk full")


class TestSubmit:
    def test_it_is_kept_queued_and_rung_for(self, world: World) -> None:
        submission = world.submit(data=b"x = 2\n")
        run = world.run(submission)
        assert submission.source == "x = 2\n"
        assert (submission.state, run.state) == (State.QUEUED, State.QUEUED)
        assert submission.submitted == run.queued == world.clock.now()
        assert world.bell.rung == [run.id]

    def test_the_bell_rings_after_the_commit_only(self, world: World) -> None:
        class Listener:
            def ring(self, run_id: int) -> None:
                with world.make_uow().reading() as uow:
                    assert uow.runs.get(run_id).state is State.QUEUED

        world.bell = Listener()  # type: ignore[assignment]
        world.submit()

    def test_without_a_commit_there_is_no_ring(self, world: World) -> None:
        database = world.make_uow()._database  # type: ignore[attr-defined]
        world.make_uow = lambda: BrokenDisk(database)
        with pytest.raises(DatabaseBusy):
            world.submit()
        assert world.bell.rung == []

    def test_an_unknown_exercise_names_those_that_exist(self, world: World) -> None:
        with pytest.raises(NotFound, match=r"'pointwise'.*pointwise-conv, bottleneck"):
            world.submit(exercise="pointwise")

    def test_a_stranger_finds_no_course(self, world: World) -> None:
        with pytest.raises(NotFound, match="no course 'spring'"):
            world.submit("zoe")

    def test_a_refused_source_leaves_nothing_behind(self, world: World) -> None:
        with pytest.raises(Invalid):
            world.submit(data=b"x = = 1")
        assert submissions(world.make_uow(), user=world["ada"], course_slug="spring") == []
        assert world.bell.rung == []

    def test_a_course_takes_submissions_until_it_closes(self, world: World) -> None:
        closes = world.clock.now() + timedelta(hours=1)
        course = add_course(world.make_uow(), slug="short", title="S", lesson="channels", closes=closes)
        with world.make_uow().reading() as uow:
            _, ada = uow.courses.of_user(world["ada"].id)[0]
        enrol(world.make_uow(), user=world["ada"], course=course, role=ada.role)

        def hand_in() -> None:
            submit(
                world.make_uow(), world.clock, world.catalogue, world.bell,
                user=world["ada"], course_slug="short", exercise_slug="bottleneck", data=b"x = 1",
            )  # fmt: skip

        world.clock.advance(minutes=59, seconds=59)
        hand_in()
        world.clock.advance(seconds=1)
        with pytest.raises(Conflict, match="'short' is closed"):
            hand_in()


class TestUnitOfWorkUse:
    def test_no_lock_is_held_while_the_source_is_parsed(self, world: World) -> None:
        opened: list[str] = []

        class Watched(FakeUnitOfWork):
            @contextmanager
            def writing(self) -> Iterator[Watched]:
                opened.append("writing")
                with super().writing():
                    yield self

        database = world.make_uow()._database  # type: ignore[attr-defined]
        world.make_uow = lambda: Watched(database)
        with pytest.raises(Invalid):
            world.submit(data=b"(" * 1000)
        assert opened == []
