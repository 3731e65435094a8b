"""What fails on our side costs no student anything: another try, then void, and the staff are told why."""

from __future__ import annotations

import os
import resource
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import NoJail
from grader.domain.submission import MAX_RUN_CLAIMS, State
from grader.sandbox import host
from grader.sandbox.host import BwrapSandbox
from grader.sandbox.session import GuestSession
from tests.outside.desk import kill_nursery, pythons
from tests.outside.lesson import FULL, RIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.outside.desk import Desk

pytestmark = pytest.mark.jail


class Moment:
    """Does something to the jail once, or each time, when a run comes to a certain point."""

    def __init__(self, patch: pytest.MonkeyPatch, desk: Desk) -> None:
        self._patch = patch
        self._sandbox = desk.sandbox

    def at_scenario(self, number: int, accident: Callable[[BwrapSandbox], None]) -> None:
        """Have *accident* happen just before the scenario, counted from 1 over all sessions, begins."""
        self._count(GuestSession, "begin", number, accident, before=True)

    def at_message(self, number: int, accident: Callable[[BwrapSandbox], None]) -> None:
        """Have *accident* happen while the guest works on the message, counted from 1 over all sessions."""
        self._count(GuestSession, "_send", number, accident, before=False)

    def _count(
        self, of: type, name: str, number: int, accident: Callable[[BwrapSandbox], None], *, before: bool
    ) -> None:
        original, calls, sandbox = getattr(of, name), [0], self._sandbox

        def counted(self: GuestSession, *arguments: object) -> object:
            calls[0] += 1
            if before and calls[0] == number:
                accident(sandbox)
            result = original(self, *arguments)
            if not before and calls[0] == number:
                accident(sandbox)
            return result

        self._patch.setattr(of, name, counted)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Moment:
    return Moment(monkeypatch, desk)


def kill_template(sandbox: BwrapSandbox) -> None:
    """Kill the nursery in which operators are refused; the guests behind it die with it."""
    os.kill(list(pythons(sandbox))[1], signal.SIGKILL)
    time.sleep(0.1)


def stop_nursery(sandbox: BwrapSandbox) -> None:
    for pid in list(pythons(sandbox))[:2]:
        os.kill(pid, signal.SIGSTOP)
    for each in sandbox._kennels.values():
        each._control.settimeout(2.0)  # instead of ANSWER_SECONDS


def kill_waiting_guests(sandbox: BwrapSandbox) -> None:
    for each in sandbox._kennels.values():
        for guest in [guest for waiting in each._waiting.values() for guest in waiting]:
            guest._kill()
    time.sleep(0.05)


def lend_no_descriptors(sandbox: BwrapSandbox) -> None:
    """Make every fork fail: its guest can't be named."""
    for pid in list(pythons(sandbox))[:2]:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, 3))


def remove_group(sandbox: BwrapSandbox) -> None:
    """Take the cgroup away, as a tidy operator might: its processes go to the one above."""
    for folder in set(sandbox._group._folders.values()):
        for pid in (folder / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):  # a guest may end by itself meanwhile
                (folder.parent / "cgroup.procs").write_text(pid)
        deadline = time.monotonic() + 5
        while folder.exists() and time.monotonic() < deadline:
            try:
                folder.rmdir()
            except OSError:
                time.sleep(0.01)
        assert not folder.exists()


def is_graded_well(desk: Desk) -> bool:
    """Whether a right solution gets everything in the end, whatever happens on the way."""
    before, run = desk.standing(), desk.grade_to_the_end(desk.hand_in(RIGHT))
    after = desk.standing()
    assert (run.state, desk.points(run), desk.seen_by("ines", run).fault) == (State.GRADED, FULL, "")
    return (after.graded, after.attempts) == (before.graded + 1, before.attempts + 1)


class TestNursery:
    @pytest.mark.parametrize("accident", [kill_nursery, kill_template, stop_nursery, lend_no_descriptors])
    def test_a_run_after_an_accident_is_graded_well(self, desk: Desk, accident: Callable[[BwrapSandbox], None]) -> None:
        assert desk.is_well()
        accident(desk.sandbox)
        assert is_graded_well(desk)  # perhaps by a guest that was ready
        assert is_graded_well(desk)
        assert desk.is_well()

    @pytest.mark.parametrize(("accident", "scenario"), [(kill_nursery, 1), (kill_nursery, 3), (kill_template, 2)])
    def test_between_scenarios_an_accident_costs_another_try(
        self, desk: Desk, moment: Moment, accident: Callable[[BwrapSandbox], None], scenario: int
    ) -> None:
        moment.at_scenario(scenario, accident)
        assert is_graded_well(desk)
        assert desk.is_well()

    @pytest.mark.parametrize("message", [1, 4])
    def test_in_the_middle_of_a_question_a_death_costs_another_try(
        self, desk: Desk, moment: Moment, message: int
    ) -> None:
        moment.at_message(message, kill_nursery)
        assert is_graded_well(desk)
        assert desk.is_well()

    def test_a_dead_nursery_ends_the_try_at_once(self, desk: Desk, moment: Moment) -> None:
        moment.at_message(2, kill_nursery)
        run = desk.grade(desk.hand_in(RIGHT))
        assert (run.state, run.claims) == (State.QUEUED, 1)
        assert "nursery" in desk.seen_by("ines", run).fault
        assert desk.grade(run).state is State.GRADED

    def test_a_dead_template_is_heard_of_and_not_waited_for(self, desk: Desk) -> None:
        assert desk.is_well()
        kill_template(desk.sandbox)
        kill_waiting_guests(desk.sandbox)
        run = desk.grade(desk.hand_in(RIGHT))
        assert run.state is State.QUEUED
        assert "timed out" not in desk.seen_by("ines", run).fault
        assert desk.grade(run).state is State.GRADED

    def test_a_guest_that_something_outside_kills_is_our_fault(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent, send = [0], GuestSession._send

        def send_and_kill(self: GuestSession, message: object) -> None:
            sent[0] += 1
            if sent[0] == 2:  # as the kernel does where memory is short
                self._guest._kill()  # type: ignore[union-attr]
                time.sleep(0.3)
            send(self, message)  # type: ignore[arg-type]

        monkeypatch.setattr(GuestSession, "_send", send_and_kill)
        run = desk.grade(desk.hand_in(RIGHT))
        assert (run.state, run.claims) == (State.QUEUED, 1)
        assert "killed from outside" in desk.seen_by("ines", run).fault
        assert desk.points(desk.grade(run)) == FULL

    def test_a_guest_that_uses_up_its_processor_time_is_the_students(self, desk: Desk) -> None:
        busy = "import threading\n\ndef work():\n    while True: pass\n\n"
        burns = (
            f"{busy}def Scale(channels):\n    for _ in range(8): threading.Thread(target=work).start()\n    work()\n"
        )
        run = desk.grade(desk.hand_in(burns))
        assert run.state is State.GRADED
        assert desk.points(run) == 0

    def test_killed_guests_are_replaced(self, desk: Desk) -> None:
        kill_waiting_guests(desk.sandbox)
        assert is_graded_well(desk)
        assert desk.is_well()

    def test_when_no_guest_can_ever_be_forked_the_run_is_void_and_the_staff_see_why(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert desk.is_well()
        before, original = desk.standing(), BwrapSandbox._start

        def start_without_descriptors(self: BwrapSandbox) -> None:
            original(self)
            lend_no_descriptors(self)

        with monkeypatch.context() as patch:
            patch.setattr(BwrapSandbox, "_start", start_without_descriptors)
            kill_nursery(desk.sandbox)
            run = desk.grade_to_the_end(desk.hand_in(RIGHT))
        assert (run.state, run.claims) == (State.VOID, MAX_RUN_CLAIMS)
        assert "nursery" in desk.seen_by("ines", run).fault
        mine = desk.seen_by("ada", run)
        assert (mine.report, mine.fault) == (None, "")
        assert desk.standing() == before
        assert desk.is_well()

    def test_when_none_can_be_started_the_worker_hears_of_it_and_the_run_is_counted(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(host, "find_bwrap", lambda: Path("/bin/false"))
            kill_nursery(desk.sandbox)
            run = desk.hand_in(RIGHT)
            for claim in (1, 2):
                with pytest.raises(NoJail):
                    desk.station.grade(run.id)
                assert (desk.run(run).state, desk.run(run).claims) == (State.QUEUED, claim)
        assert "NoJail" in desk.seen_by("ines", run).fault
        assert desk.grade(run).state is State.GRADED
        assert desk.is_well()


class TestGroup:
    @pytest.fixture(autouse=True)
    def _lent(self, desk: Desk) -> None:
        if not desk.sandbox.controllers:
            pytest.skip("this machine lends no cgroup")

    def test_when_it_vanishes_the_next_run_has_a_new_one(self, desk: Desk) -> None:
        assert desk.is_well()
        remove_group(desk.sandbox)
        assert desk.is_well()
        assert desk.sandbox._group.is_there

    @pytest.mark.parametrize("scenario", [1, 2])
    def test_when_it_vanishes_under_a_run_that_run_is_graded_well(
        self, desk: Desk, moment: Moment, scenario: int
    ) -> None:
        moment.at_scenario(scenario, remove_group)
        assert is_graded_well(desk)
        assert desk.is_well()
        assert desk.sandbox._group.is_there

    def test_a_crash_without_it_is_told_once_it_is_back(self, desk: Desk, moment: Moment) -> None:
        """Whether a crash was for want of memory is what the group knows."""
        moment.at_scenario(1, remove_group)
        run = desk.grade_to_the_end(desk.hand_in("import os\n\n\ndef Scale(channels):\n    os._exit(3)\n"))
        report = desk.seen_by("ines", run).report
        assert report
        assert {check.message for check in report.checks} == {"Your code ended the process: exit status 3."}
        assert desk.sandbox._group.is_there

    @pytest.mark.slow  # the nursery tries for FORK_SECONDS
    def test_when_it_has_room_for_no_guest_the_run_is_graded_in_the_end(self, desk: Desk) -> None:
        assert desk.is_well()
        (desk.sandbox._group._folders["pids"] / "pids.max").write_text("1")
        run = desk.grade(desk.hand_in(RIGHT))  # by the guest that was ready
        assert desk.points(run) == FULL
        run = desk.grade(desk.hand_in(RIGHT))
        assert (run.state, run.claims) == (State.QUEUED, 1)
        assert desk.points(desk.grade(run)) == FULL
        assert desk.is_well()
