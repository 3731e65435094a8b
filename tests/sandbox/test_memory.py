"""How much memory a student's code held is seen from outside: whatever it does, the figure is the kernel's."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from grader.domain.errors import StudentFault
from grader.domain.observation import Question, Verb
from grader.domain.report import Outcome
from grader.sandbox import kennel
from grader.sandbox.session import GuestSession
from tests.sandbox.fake_guest import HONEST, FakeGuest
from tests.sandbox.inmate import HASTY, SHORT, call, source_of

if TYPE_CHECKING:
    from grader.domain.exercise import Limits
    from grader.ports import Session
    from grader.sandbox.host import BwrapSandbox
    from grader.sandbox.session import Process

ROOMY = replace(SHORT, memory_mib=512)
HELD = "held = torch.ones(25 << 20, dtype=torch.int16)"  # 50 MiB
NEAR_HELD = pytest.approx(50, abs=3)  # the interpreter's own comes to it, pages come in groups of 2 MiB


def held_by(sandbox: BwrapSandbox, *scenarios: tuple[str, Outcome], limits: Limits = ROOMY) -> float | None:
    """Run bodies, each in a scenario that must end so, in one session; return the figure."""
    source = "\n".join(source_of(body).replace("probe", f"probe_{n}") for n, (body, _) in enumerate(scenarios))
    session = sandbox.open(source, limits=limits, forbidden=())
    for number, (_, outcome) in enumerate(scenarios):
        assert ending_of(session, f"probe_{number}") is outcome
    session.close()
    return session.memory_mib


def ending_of(session: Session, name: str) -> Outcome:
    try:
        call(session, name)
    except StudentFault as fault:
        return fault.outcome
    return Outcome.PASSED


@pytest.mark.jail
def test_who_holds_nothing_is_told_nothing(sandbox: BwrapSandbox) -> None:
    assert held_by(sandbox, ("return 1", Outcome.PASSED)) == pytest.approx(0, abs=3)


@pytest.mark.jail
def test_two_hundred_mib_are_told(sandbox: BwrapSandbox) -> None:
    assert held_by(sandbox, ("held = torch.ones(50 << 20)", Outcome.PASSED)) == pytest.approx(200, abs=3)


@pytest.mark.jail
def test_what_one_scenario_leaves_counts_in_the_next(sandbox: BwrapSandbox) -> None:
    first, second = f"global held\n{HELD}", "more = held.clone()"
    assert held_by(sandbox, (first, Outcome.PASSED), (second, Outcome.PASSED)) == pytest.approx(100, abs=3)


ALIVE = {
    "frees it": f"{HELD}\ndel held\nimport gc; gc.collect()",
    "unmaps it": "import mmap\nheld = mmap.mmap(-1, 50 << 20)\nheld[:] = b'x' * (50 << 20)\nheld.close()",
    "shares it": """
        import mmap
        held = mmap.mmap(-1, 50 << 20, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
        for page in range(0, 50 << 20, 4096):
            held[page] = 1
        held.close()""",
    "holds it in a thread that ends": """
        import threading
        thread = threading.Thread(target=lambda: torch.ones(25 << 20, dtype=torch.int16))
        thread.start()
        thread.join()""",
    "takes a name that reads like a smaller figure": f"""
        import ctypes
        {HELD}
        assert ctypes.CDLL(None).prctl(15, b"x\\nVmHWM: 9 kB", 0, 0, 0) == 0""",
    "resets its peak": f"""
        {HELD}
        del held
        try:
            open("/proc/self/clear_refs", "w").write("5")
        except OSError:
            pass""",
}
DEAD = {
    "raises": (f"{HELD}\nraise ValueError", Outcome.CRASHED),
    "leaves": (f"{HELD}\nos._exit(0)", Outcome.CRASHED),
    "crashes": (f"{HELD}\nimport ctypes\nctypes.string_at(0)", Outcome.CRASHED),
    "is refused more": (f"{HELD}\nmore = torch.ones(1 << 30)", Outcome.OUT_OF_MEMORY),
    "talks out of turn": (f"{HELD}\nos.write(3, bytes(4000))\nos.write(3, bytes(4000))", Outcome.REFUSED),
}
ENDINGS = {name: (body, Outcome.PASSED) for name, body in ALIVE.items()} | DEAD


@pytest.mark.jail
@pytest.mark.parametrize("scenario", ENDINGS.values(), ids=ENDINGS)
def test_what_a_guest_does_afterwards_does_not_lower_the_figure(
    sandbox: BwrapSandbox, scenario: tuple[str, Outcome]
) -> None:
    found = held_by(sandbox, scenario)
    assert found is not None
    assert found >= 49


@pytest.mark.jail
def test_a_guest_that_runs_out_of_time_is_seen(sandbox: BwrapSandbox) -> None:
    endless = (f"{HELD}\nwhile True: pass", Outcome.TIMED_OUT)
    assert held_by(sandbox, endless, limits=replace(HASTY, memory_mib=512)) == NEAR_HELD


@pytest.mark.jail
def test_of_several_guests_the_greatest_is_told(sandbox: BwrapSandbox) -> None:
    small, large = ("os._exit(0)", Outcome.CRASHED), (f"{HELD}\nos._exit(0)", Outcome.CRASHED)
    assert held_by(sandbox, small, large, ("return 1", Outcome.PASSED)) == NEAR_HELD


@pytest.mark.jail
def test_a_guest_that_ends_unseen_after_its_answer_is_told_by_its_parent(sandbox: BwrapSandbox) -> None:
    body = f"{HELD}\nimport threading\nthreading.Timer(0.01, lambda: os._exit(0)).start()\nreturn 7"
    session = sandbox.open(source_of(body), limits=ROOMY, forbidden=())
    assert call(session) == 7
    guest = cast("kennel.Guest", session._guest)
    deadline = time.monotonic() + 5
    while not guest._has_ended() and time.monotonic() < deadline:
        pass
    assert guest._resident("VmHWM") is None
    session.close()
    assert session.memory_mib == NEAR_HELD


@pytest.mark.jail
def test_a_guest_whose_first_thread_has_ended_is_told_by_its_others(sandbox: BwrapSandbox) -> None:
    body = f"""
        import ctypes, json, platform, threading, time
        {HELD}
        header = json.dumps({{"call": 2, "kind": "answer", "value": 7, "tensors": [], "notes": {{}}}}).encode()
        answer = len(header).to_bytes(4) + bytes(8) + header
        def live():
            time.sleep(0.05)
            os.write(3, answer)
            time.sleep(60)
        threading.Thread(target=live).start()
        ctypes.CDLL(None).syscall({{"x86_64": 60, "aarch64": 93}}[platform.machine()], 0)"""
    session = sandbox.open(source_of(body), limits=ROOMY, forbidden=())
    assert call(session) == 7
    session.close()
    assert session.memory_mib == NEAR_HELD


@pytest.mark.jail
def test_where_the_kernel_does_not_say_nobody_saw(sandbox: BwrapSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kennel, "resident", lambda _pid, _field: None)
    assert held_by(sandbox, ("os._exit(0)", Outcome.CRASHED), ("return 1", Outcome.PASSED)) is None


class Killed(FakeGuest):
    """One that the kernel ended for its memory, and had freed some before it counted."""

    held = 5 << 20

    def bury(self) -> tuple[int, bool]:
        return super().bury()[0], True


def test_a_guest_that_was_ended_for_its_memory_held_at_least_what_there_was() -> None:
    guest = Killed(HONEST, "imported")
    session = GuestSession(lambda: cast("Process", guest), "x = 1\n", ROOMY)
    session.begin()
    guest.hang_up()
    with pytest.raises(StudentFault, match="More memory used"):
        session.ask(Question(Verb.CALL))
    assert session.memory_mib == ROOMY.memory_mib
    guest.leave()
