"""Let a real session hear a reply, whatever it is, and do with it all that the host does with what a guest says.

What comes out is an answer or the student's fault; anything else is an AssertionError, or the exception itself.
"""

from __future__ import annotations

import json
import math
import socket
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from grader.domain.errors import StudentFault
from grader.domain.exercise import Limits
from grader.domain.observation import ITEM_SIZES, Answer, LayerNumber, Opaque, Question, RawTensor, Value, Verb
from grader.kit import tensors, weights
from grader.kit.words import form
from grader.sandbox import wire
from grader.sandbox.session import GuestSession

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER_MIB = 1
TENSORS_LIMIT = (ANSWER_MIB << 20) + wire.HEADER_LIMIT + 1024  # bytes, with header and lengths
LIMITS = replace(Limits(), answer_mib=ANSWER_MIB, scenario_seconds=60.0, total_seconds=600.0)
SOURCE = "import torch\ndef probe():\n    return torch.ones(1)\n"
CALL = 2  # the import is call 1
DONE, ANOTHER = (
    b"".join(map(bytes, wire.pack(wire.Message(call, "answer", value)))) for call, value in ((1, None), (3, 7))
)


class Channel:
    """The guest's end is a script: for each question one reply, in pieces of *piece* bytes, and then the hang-up."""

    def __init__(self, replies: Iterable[bytes], piece: int) -> None:
        self._replies = iter(replies)
        self._coming = memoryview(b"")
        self._piece = piece

    def setblocking(self, _: bool) -> None:  # noqa: FBT001 - as socket has it
        pass

    def close(self) -> None:
        pass

    def sendmsg(self, buffers: list[memoryview]) -> int:
        if not self._coming:
            self._coming = memoryview(next(self._replies, b""))
        return sum(map(len, buffers))

    def recv(self, size: int, flags: int = 0) -> bytes:
        if flags & socket.MSG_PEEK:
            if not self._coming:
                raise BlockingIOError
            return bytes(self._coming[:size])
        return bytes(self._take(size))

    def recv_into(self, view: memoryview) -> int:
        taken = self._take(len(view))
        view[: len(taken)] = taken
        return len(taken)

    def _take(self, size: int) -> memoryview:
        size = min(size, self._piece)
        taken, self._coming = self._coming[:size], self._coming[size:]
        return taken


class Guest:
    """Stands in for `host.Guest`."""

    held = None

    def __init__(self, channel: Channel) -> None:
        self.channel = cast("socket.socket", channel)

    def discard(self) -> None:
        pass

    def bury(self) -> tuple[int, bool]:
        return 9, False


def hear(reply: bytes, *, piece: int = 1 << 20) -> Value | StudentFault:
    """Ask a guest that replies so; return what the host makes of it."""
    session = GuestSession(lambda: Guest(Channel([DONE, reply, ANOTHER], piece)), SOURCE, LIMITS)
    session.begin()
    try:
        answer = session.ask(Question(Verb.CONSTRUCT, 0, "probe"))
    except StudentFault as fault:
        _is_inert(fault.message, fault.brief, fault.printed)
        return fault
    _is_inert(answer.printed)
    _is_plain(answer)
    _is_never_taken_for_the_next(session)
    return answer.value


def _is_plain(answer: Answer) -> None:
    """Do what the kit does: make tensors, say what they are, read a layer's slots."""
    tensors.decode(answer.value)
    _is_inert(form(tensors.decode(answer.value)))
    for leaf in _leaves(answer.value):
        match leaf:
            case RawTensor(dtype, shape, data):
                made = tensors.to_torch(leaf)
                assert (tensors.NAMES[made.dtype], tuple(made.shape)) == (dtype, shape)
                assert made.numel() * ITEM_SIZES[dtype] == len(data)
                assert made.is_contiguous()
            case str():
                _is_inert(leaf)
                _slots_or_a_fault(leaf)
            case Opaque(description):
                _is_inert(description)
            case _:
                assert leaf is None or isinstance(leaf, bool | int | float | LayerNumber)


def _is_never_taken_for_the_next(session: GuestSession) -> None:
    """Ask once more: the next answer, or the refusal of what was said too much."""
    try:
        said: Value = session.ask(Question(Verb.CONSTRUCT, 0, "probe")).value
    except StudentFault as fault:
        said = fault.staff_message
    assert said in (7, "wire: said more than it was asked", "wire: spoke without being asked")


def _leaves(value: Value) -> Iterable[Value]:
    match value:
        case tuple():
            for item in value:
                yield from _leaves(item)
        case dict():
            yield from value
            for item in value.values():
                yield from _leaves(item)
        case _:
            yield value


def _slots_or_a_fault(text: str) -> None:
    try:
        slots = weights.parse_slots(text)
    except StudentFault:
        return
    assert sum(slot.fan_in for slot in slots) <= weights.MOST_NUMBERS * len(slots)


def _is_inert(*texts: str) -> None:
    """No control or format character, line separator or lone surrogate: the text can be stored and printed."""
    for text in texts:
        kinds = {unicodedata.category(character) for character in text if character not in "\n\t"}
        assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}, f"not inert: {text!r}"
        text.encode()


def framed(header: bytes, *, longer_by: int = 0) -> bytes:
    """Return *header* behind the lengths that fit it, before the payload that it calls for, as far as that is sent."""
    size = _claimed(header)
    sent = min(size, 64 * 1024)
    payload = (header * (sent // max(len(header), 1) + 1))[:sent]
    return len(header).to_bytes(4) + (size + longer_by).to_bytes(8) + header + payload


def _claimed(header: bytes) -> int:
    """Return the bytes of the tensors that *header* describes; 0 when that is no number that a frame can hold."""
    try:
        specs = json.loads(header)["tensors"]
        sizes = [math.prod(map(_whole, shape)) * ITEM_SIZES[dtype] for dtype, shape, _ in specs]
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0
    return sum(sizes) if 0 <= sum(sizes) < 2**63 else 0


def _whole(size: object) -> int:
    if not isinstance(size, int):
        raise TypeError
    return size
