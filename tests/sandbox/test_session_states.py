"""Whatever a guest does and whenever, a session answers or says that it is the student's fault, and keeps its time."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from grader.domain.errors import StudentFault
from grader.domain.exercise import Limits
from grader.domain.observation import Answer, Question, RawTensor, Verb
from grader.domain.report import Outcome
from grader.sandbox.session import GuestSession
from tests.fuzz.hearing import CALL, DONE, Channel, Guest
from tests.sandbox.fake_guest import HONEST, HOW, WORDS, FakeGuest, Script
from tests.sandbox.frames import fields

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = Limits(scenario_seconds=0.15, total_seconds=0.6, answer_mib=1)
A_LITTLE = 2.0  # seconds, for a busy machine

STEPS = st.tuples(st.sampled_from(HOW), st.sampled_from(sorted(WORDS))) | st.sampled_from(
    [("pause", ""), ("silence", ""), ("hang up", ""), ("say", "answer"), ("say", "answer this and the next")]
)
SCRIPTS = st.lists(STEPS, max_size=4)


class Sessions(RuleBasedStateMachine):
    """Scenarios of one submission, on guests that misbehave."""

    def __init__(self) -> None:
        super().__init__()
        self.guests: list[FakeGuest] = []
        self.session = GuestSession(self._take, "x = 1\n", LIMITS)
        self.import_script, self.calls = HONEST, 0

    def _take(self) -> FakeGuest:
        self.calls += 1
        self.guests.append(FakeGuest(self.import_script, f"import {self.calls}"))
        return self.guests[-1]

    def _guest(self) -> FakeGuest | None:
        return self.guests[-1] if self.guests and not self.guests[-1].is_over else None

    def _do(self, step: Callable[[], Answer | None]) -> Answer | StudentFault | None:
        """Take *step*: it ends in time, by an answer or by the student's fault."""
        began = time.monotonic()
        try:
            return step()
        except StudentFault as fault:
            return fault
        finally:
            assert time.monotonic() - began < LIMITS.scenario_seconds + A_LITTLE
            if self.guests:
                self.guests[-1].finish()

    # Nothing here depends on whether a guest still lives, which hangs on time: hypothesis draws the same rules again.

    @initialize()
    def begin(self) -> None:
        self._begin(HONEST)

    @rule(script=st.just(HONEST) | st.just(HONEST) | SCRIPTS)
    def begin_the_next_scenario(self, script: Script) -> None:
        self._begin(script)

    def _begin(self, import_script: Script) -> None:
        self.import_script = import_script
        self._do(self.session.begin)

    @rule()
    def ask_honestly(self) -> None:
        self.ask(HONEST)

    @rule(script=SCRIPTS)
    def ask(self, script: Script) -> None:
        guest = self._guest()
        self.calls += 1
        if guest is not None:
            guest.prepare(script, f"answer {self.calls}")
        said = self._do(lambda: self.session.ask(Question(Verb.CALL)))
        if guest is None:
            assert isinstance(said, StudentFault)
            assert said.outcome is Outcome.CRASHED
        elif isinstance(said, Answer):
            assert said.value == f"answer {self.calls}"
            assert not guest.spoke_early
        else:
            assert isinstance(said, StudentFault)
            assert guest.spoke_early or not guest.is_honest or said.outcome is Outcome.TIMED_OUT
            assert not guest.spoke_early or said.outcome in (Outcome.REFUSED, Outcome.CRASHED)

    @rule(word=st.just("answer") | st.sampled_from(sorted(WORDS)), ahead=st.just(1) | st.integers(0, 2))
    def speak_early(self, word: str, ahead: int) -> None:
        guest = self._guest()
        if guest is not None:
            guest.speak(WORDS[word](guest.call + ahead, "early"))

    @rule()
    def hang_up(self) -> None:
        guest = self._guest()
        if guest is not None:
            guest.hang_up()

    @rule()
    def close(self) -> None:
        self.session.close()
        assert self._guest() is None

    @invariant()
    def at_most_one_guest_lives(self) -> None:
        assert sum(not guest.is_over for guest in self.guests) <= 1

    def teardown(self) -> None:
        self.session.close()
        assert all(guest.is_over for guest in self.guests)
        for guest in self.guests:
            guest.leave()


TestSessions = Sessions.TestCase
TestSessions.settings = settings(
    max_examples=100,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.generate],  # what hangs on time can be neither repeated nor shrunk
)


CALM = replace(LIMITS, scenario_seconds=1.0, total_seconds=60.0, answer_mib=64)


def out_of_time(session: GuestSession, question: Question) -> bool:
    """Ask, and say whether it was the guest's time that was up, and not much more."""
    began = time.monotonic()
    with pytest.raises(StudentFault) as caught:
        session.ask(question)
    in_time = time.monotonic() - began < CALM.scenario_seconds + A_LITTLE
    return in_time and caught.value.outcome is Outcome.TIMED_OUT


def test_a_guest_that_always_has_a_little_more_to_say_runs_out_of_time() -> None:
    size = 50_000_000
    header = fields(call=CALL, tensors=[["uint8", [size], None]])
    endless = len(header).to_bytes(4) + size.to_bytes(8) + header + bytes(size)
    session = GuestSession(lambda: Guest(Channel([DONE, endless], piece=1)), "x = 1\n", CALM)
    session.begin()
    assert out_of_time(session, Question(Verb.CALL))


@pytest.mark.parametrize(
    ("script", "arguments"),
    [
        ([("drip", "answer at length")], ()),  # it would take 20 seconds
        ([("halve", "answer"), ("silence", "")], ()),
        ([("say", "promise"), ("silence", "")], ()),
        ([("silence", "")], ()),
        (None, (RawTensor("uint8", (8 << 20,), bytes(8 << 20)),)),  # it does not listen, and no socket holds so much
    ],
    ids=["a drip", "half an answer", "a promise", "silence", "deafness"],
)
def test_what_lasts_longer_than_the_time_there_is_times_out(
    script: Script | None, arguments: tuple[RawTensor, ...]
) -> None:
    guest = FakeGuest([*HONEST, ("silence", "")] if script is None else HONEST, "imported")
    session = GuestSession(lambda: guest, "x = 1\n", CALM)
    session.begin()
    if script is not None:
        guest.prepare(script, "late")
    assert out_of_time(session, Question(Verb.CALL, arguments=arguments))
    assert guest.is_over
    guest.leave()
