"""What the fuzzer checks, once more with examples that hypothesis draws: on machines without the fuzzer, too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.sandbox import wire
from tests.fuzz import hearing, seeds
from tests.sandbox.frames import MESSAGES, NEARLY, fields, packed

PIECES = st.sampled_from([1, 7, 4096, 1 << 20])


@settings(max_examples=300, deadline=None)
@given(NEARLY, PIECES, st.booleans())
def test_a_reply_that_is_nearly_right_is_an_answer_or_the_students_fault(
    nearly: dict[str, Any],
    piece: int,
    right_call: bool,  # noqa: FBT001
) -> None:
    header = json.dumps(nearly | ({"call": hearing.CALL} if right_call else {})).encode()
    hearing.hear(hearing.framed(header), piece=piece)


@settings(deadline=None)
@given(MESSAGES, PIECES, st.binary(max_size=3))
def test_an_answer_with_more_behind_it_is_never_the_next_ones(message: wire.Message, piece: int, more: bytes) -> None:
    reply = wire.Message(hearing.CALL, "answer", message.value, message.notes)
    assert not isinstance(hearing.hear(packed(reply) + more, piece=piece), StudentFault)


@pytest.mark.parametrize("message", seeds.MESSAGES, ids=str)
def test_honest_replies_are_understood(message: wire.Message) -> None:
    heard = hearing.hear(packed(message))
    assert isinstance(heard, StudentFault) is (message.kind == "raised")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (b"", Outcome.CRASHED),
        (packed(seeds.MESSAGES[0])[:-1], Outcome.CRASHED),
        (packed(wire.Message(hearing.CALL + 1, "answer")), Outcome.REFUSED),
        (packed(wire.Message(hearing.CALL, "passed")), Outcome.REFUSED),
        (hearing.framed(fields(call=hearing.CALL), longer_by=1), Outcome.REFUSED),
        (hearing.framed(fields(call=hearing.CALL, tensors=[["uint8", [(1 << 20) + 1], None]])), Outcome.REFUSED),
    ],
)
def test_a_lie_is_the_students_fault(reply: bytes, outcome: Outcome) -> None:
    heard = hearing.hear(reply)
    assert isinstance(heard, StudentFault)
    assert heard.outcome is outcome
