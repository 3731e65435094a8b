"""One student's code over as many guests as it takes: asks, times, replaces the dead.

What the guest says is parsed here against what was asked; every failure becomes a StudentFault with a text for
the student and one for staff, or Internal when it is ours. Time that passes between two scenarios is ours, too.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from grader.domain.errors import Internal, StudentFault
from grader.domain.observation import Answer, LayerNumber, Opaque, Question, RawTensor, Value
from grader.domain.report import Outcome
from grader.sandbox import account, wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.exercise import Limits

_MIB = 1024 * 1024
_PRINT_LIMIT = 8192
_MOST_BUFFERS = 512  # the kernel takes 1024 at once
_READ_AHEAD = 16 * 1024
_MOST_LATE = 64  # reads after the deadline: who always has a little more to say is never waited for
_SHORTEST = 0.001  # seconds: the kernel waits in milliseconds

_Read = TypeVar("_Read", bytes, int)


class Process(Protocol):
    """What a session needs of a guest's process; `kennel.Guest` is one."""

    channel: socket.socket

    @property
    def held(self) -> int | None:
        """The most bytes that it held beyond what it was forked with, known once it is over; None when nobody saw."""
        ...

    def discard(self) -> None:
        """End it and free what it held, without waiting."""

    def bury(self) -> tuple[int, bool]:
        """End it, wait, free; return (wait status, out of memory)."""
        ...


class GuestSession:
    """ports.Session."""

    def __init__(self, take: Callable[[], Process], source: str, limits: Limits) -> None:
        self._take = take
        self._source = source.encode()
        self._limits = limits
        self._guest: Process | None = None
        self._calls = 0
        self._spent = 0.0  # seconds, by the scenarios that have ended
        self._began = self._heard = 0.0  # this scenario's first moment, and the last that was the student's
        self._deadline = 0.0
        self._late = 0  # reads after the deadline
        self._import_fault: StudentFault | None = None
        self._unread = b""
        self._held: list[int] = []  # the most bytes, of each guest that is over

    @property
    def memory_mib(self) -> float | None:
        """The most that one of the guests held beyond torch, as the kernel counts it from outside.

        Complete once closed. What a guest frees again or gives back as it ends counts; what it was refused doesn't,
        nor do files in /tmp. Who gives up pages of torch's own makes room for as many, some MiB: a figure to show, no
        limit. None when nobody saw.
        """
        return round(max(self._held) / _MIB, 1) if self._held else None

    def begin(self) -> None:
        """Start a scenario's clock; take a fresh guest if there is none and import the student's file in it."""
        if self._import_fault is not None:
            raise self._import_fault
        self._spent += self._heard - self._began
        self._began = self._heard = time.monotonic()
        left = self._limits.total_seconds - self._spent
        if left < _SHORTEST:
            raise StudentFault(
                Outcome.UNANSWERED,
                f"Not reached: the {self._limits.total_seconds:g} seconds for the whole submission were used up.",
            )
        starting = self._guest is None
        if self._guest is None:
            self._guest = self._take()
            self._guest.channel.setblocking(False)
            self._unread = b""
            self._began = self._heard = time.monotonic()
        self._deadline = self._began + min(self._limits.scenario_seconds, left)
        self._late = 0
        if starting:
            self._import()

    def ask(self, *questions: Question) -> Answer:
        """Have the guest do these in order; wait for the last one's answer, at most until the scenario's deadline."""
        steps = tuple((q.verb.value, q.target, q.name, _to_wire(q.arguments), _to_wire(q.keywords)) for q in questions)
        return self._exchange("do", steps)

    def close(self) -> None:
        """End the guest."""
        if self._guest is not None:
            guest, self._guest = self._guest, None
            guest.discard()
            self._note(guest)

    def _import(self) -> None:
        source = wire.Tensor("uint8", (len(self._source),), None, self._source)
        try:
            self._exchange("import", source)
        except StudentFault as fault:
            fault.brief = fault.message  # nothing of a scenario was seen yet
            self._import_fault = fault  # the same file would fail in the same way in every scenario
            raise

    def _exchange(self, kind: str, value: wire.Tree) -> Answer:
        if self._guest is None:
            raise StudentFault(Outcome.CRASHED, "Your code had ended the process by then.")
        self._calls += 1
        try:
            self._refuse_early_words()
            self._send(wire.Message(self._calls, kind, value))
            return self._parse(wire.read(self._fill, payload_limit=self._limits.answer_mib * _MIB))
        except TimeoutError:
            raise self._timed_out() from None
        except (wire.PeerGoneError, ConnectionError):
            raise self._died() from None
        except wire.WireError as error:
            self.close()
            raise StudentFault(
                Outcome.REFUSED,
                "Your code's answer could not be read: it is too large, or something wrote to the grader's channel.",
                staff_message=f"wire: {error}",
            ) from None
        except (OSError, MemoryError) as error:  # this machine is short of something
            self.close()
            raise Internal(f"a guest could not be asked: {type(error).__name__}: {error}") from error
        finally:
            self._heard = time.monotonic()

    def _parse(self, reply: wire.Message) -> Answer:
        """Hold the reply against what was asked; WireError when it is no answer to it."""
        if reply.call != self._calls:
            raise wire.WireError(f"answer to call {reply.call} instead of {self._calls}")
        printed = account.shown(reply.notes.get("printed", ""), _PRINT_LIMIT)
        if reply.kind == "answer":
            return Answer(_from_wire(reply.value), printed)
        if reply.kind != "raised":
            raise wire.WireError("an answer of unknown kind")
        raise account.fault(reply.notes, self._source.decode(), printed=printed)

    def _refuse_early_words(self) -> None:
        """WireError when the guest has said something that it was not asked."""
        if self._unread:
            raise wire.WireError("said more than it was asked")
        try:
            early = self._channel().recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        if early:
            raise wire.WireError("spoke without being asked")
        raise wire.PeerGoneError

    def _channel(self) -> socket.socket:
        if self._guest is None:
            raise wire.PeerGoneError
        return self._guest.channel

    def _wait_for(self, event: int) -> None:
        """Wait until the channel can be read or written; TimeoutError when the scenario's time is up."""
        left = self._deadline - time.monotonic()
        waiting = select.poll()
        waiting.register(self._channel(), event)
        if left <= 0 or not waiting.poll(1000 * left):
            raise TimeoutError

    def _send(self, message: wire.Message) -> None:
        pending = [memoryview(buffer).cast("B") for buffer in wire.pack(message)]
        while pending:
            try:
                sent = self._channel().sendmsg(pending[:_MOST_BUFFERS])
            except BlockingIOError:
                self._wait_for(select.POLLOUT)
                continue
            while pending and sent >= len(pending[0]):
                sent -= len(pending.pop(0))
            if sent:
                pending[0] = pending[0][sent:]

    def _fill(self, view: memoryview) -> None:
        """Fill *view* from what was read ahead, then from the channel."""
        while view:
            if self._unread:
                filled = min(len(view), len(self._unread))
                view[:filled] = self._unread[:filled]
                self._unread = self._unread[filled:]
            elif len(view) < _READ_AHEAD:
                filled = 0
                self._unread = self._receive(lambda channel: channel.recv(_READ_AHEAD))
            else:
                filled = self._receive(partial(_recv_into, view))
            view = view[filled:]

    def _receive(self, read: Callable[[socket.socket], _Read]) -> _Read:
        """Read once, waiting when nothing is there; PeerGoneError at the end of the channel."""
        while True:
            try:
                got = read(self._channel())
            except BlockingIOError:
                self._wait_for(select.POLLIN)
                continue
            if not got:
                raise wire.PeerGoneError
            if time.monotonic() > self._deadline:  # what had come by then is read, but not for ever
                self._late += 1
                if self._late > _MOST_LATE:
                    raise TimeoutError
            return got

    def _timed_out(self) -> StudentFault:
        self.close()
        if self._deadline < self._began + self._limits.scenario_seconds:
            limit, of = self._limits.total_seconds, "the whole submission"
        else:
            limit, of = self._limits.scenario_seconds, "one scenario"
        return StudentFault(
            Outcome.TIMED_OUT,
            f"No answer within {limit:g} seconds, the time for {of}. Is there a loop that never ends?",
        )

    def _died(self) -> StudentFault:
        if self._guest is None:
            return StudentFault(Outcome.CRASHED, "Your code had ended the process by then.")
        guest, self._guest = self._guest, None
        status, out_of_memory = guest.bury()
        self._note(guest)
        if out_of_memory:
            self._held.append(self._limits.memory_mib * _MIB)  # at least: the kernel frees before it counts
            return StudentFault(
                Outcome.OUT_OF_MEMORY,
                f"More memory used than the {self._limits.memory_mib} MiB that there are.",
            )
        return StudentFault(Outcome.CRASHED, f"Your code ended the process: {_cause(status)}.")

    def _note(self, guest: Process) -> None:
        if guest.held is not None:
            self._held.append(guest.held)


def _recv_into(view: memoryview, channel: socket.socket) -> int:
    return channel.recv_into(view)


def _cause(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {
            signal.SIGSEGV: "segmentation fault",
            signal.SIGABRT: "abort",
            signal.SIGXCPU: "processor time used up",
        }
        if number not in set(signal.Signals):
            return f"signal {number}"
        return names.get(signal.Signals(number), f"signal {signal.Signals(number).name}")
    return f"exit status {os.waitstatus_to_exitcode(status)}"


def _to_wire(value: Value) -> wire.Tree:
    match value:
        case RawTensor(dtype, shape, data, strides):
            return wire.Tensor(dtype, shape, strides, data)
        case LayerNumber(number):
            return wire.Layer(number)
        case Opaque(description):
            return wire.Opaque(description)
        case tuple():
            return tuple(_to_wire(item) for item in value)
        case dict():
            return {key: _to_wire(item) for key, item in value.items()}
    return value


def _from_wire(tree: wire.Tree) -> Value:
    match tree:
        case wire.Tensor(dtype, shape, _, data):
            return RawTensor(dtype, shape, data)
        case wire.Layer(number):
            return LayerNumber(number)
        case wire.Opaque(description):
            return Opaque(account.shown(description, account.TEXT_LIMIT))
        case str():
            return account.shown(tree, wire.MAX_TEXT)
        case tuple():
            return tuple(_from_wire(item) for item in tree)
        case dict():
            return {account.shown(key, 200): _from_wire(item) for key, item in tree.items()}
    return tree
