"""A guest that is a thread at the other end of a socket, and as ill-mannered as a script says.

It speaks before it is asked, while, after, in halves, drop by drop, of another question, or not at all; it hangs up;
it does not listen.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from typing import TYPE_CHECKING

from grader.sandbox import wire
from tests.sandbox.frames import packed

if TYPE_CHECKING:
    from collections.abc import Callable

NOTES = {"type": "ValueError", "message": "my mistake", "sort": "crashed", "lines": [[1, ""]], "printed": ""}

WORDS: dict[str, Callable[[int, str], bytes]] = {
    "answer": lambda call, text: packed(wire.Message(call, "answer", text)),
    "raise": lambda call, _: packed(wire.Message(call, "raised", None, NOTES)),
    "answer the last": lambda call, _: packed(wire.Message(call - 1, "answer", "old")),
    "answer the next": lambda call, _: packed(wire.Message(call + 1, "answer", "new")),
    "answer at length": lambda call, text: packed(wire.Message(call, "answer", text, {"printed": "x" * 20_000})),
    "answer this and the next": lambda call, text: (
        packed(wire.Message(call, "answer", text)) + packed(wire.Message(call + 1, "answer", "new"))
    ),
    "verdict": lambda call, _: packed(wire.Message(call, "passed", True)),
    "junk": lambda _, __: b"\xff" * 40,
    "promise": lambda _, __: (30).to_bytes(4) + (1 << 20).to_bytes(8),
    "nothing": lambda _, __: b"",
}
HOW = ("say", "halve", "drip")
Script = list[tuple[str, str]]
"""(how, word) in order; how may also be "pause", "silence" or "hang up", without a word."""

HONEST: Script = [("say", "answer")]


class FakeGuest:
    """sandbox.session.Process, with somebody at the other end who does as the script says whenever asked."""

    held: int | None = None

    def __init__(self, script: Script, text: str) -> None:
        self.channel, self._theirs = socket.socketpair()
        self._theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 200_000))  # then it leaves
        self.is_over = False
        self.is_honest = script == HONEST
        self.spoke_early = False
        self.script, self.text, self.call = script, text, 0
        self._asked_enough, self._is_idle = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live)
        self._thread.start()

    def discard(self) -> None:
        self.is_over = True
        self.channel.close()

    def bury(self) -> tuple[int, bool]:
        self.discard()
        return 9, False

    def prepare(self, script: Script, text: str) -> None:
        """Do so when asked next."""
        self.script, self.text = script, text
        self.is_honest = self.is_honest and script == HONEST
        self._asked_enough.clear()
        self._is_idle.clear()

    def finish(self) -> None:
        """Wait until the script has been played, silences cut short, or the guest has left."""
        self._asked_enough.set()
        while self._thread.is_alive() and not self._is_idle.wait(0.05):
            pass

    def speak(self, words: bytes) -> None:
        """Say something now, unasked."""
        self.spoke_early = self.spoke_early or bool(words)
        with contextlib.suppress(OSError):
            self._theirs.sendall(words)

    def hang_up(self) -> None:
        self.is_honest = False
        with contextlib.suppress(OSError):
            self._theirs.shutdown(socket.SHUT_RDWR)

    def leave(self) -> None:
        """End the thread; nobody asks any more."""
        self._asked_enough.set()
        self.channel.close()
        self._thread.join()
        self._theirs.close()

    def _live(self) -> None:
        with contextlib.suppress(OSError):  # nobody is there any more
            while True:
                wire.read(self._fill, payload_limit=2**40)
                self.call += 1
                for how, word in self.script:
                    self._do(how, WORDS[word](self.call, self.text) if word else b"")
                self._is_idle.set()

    def _fill(self, view: memoryview) -> None:
        while view:
            if not (count := self._theirs.recv_into(view)):
                raise ConnectionError
            view = view[count:]

    def _do(self, how: str, words: bytes) -> None:
        match how:
            case "say":
                self._theirs.sendall(words)
            case "halve":
                self._theirs.sendall(words[: len(words) // 2])
            case "drip":
                for byte in words:
                    self._theirs.sendall(bytes([byte]))
                    if self._asked_enough.wait(0.001):
                        return
            case "pause":
                time.sleep(0.01)
            case "silence":
                self._asked_enough.wait()
            case "hang up":
                self._theirs.shutdown(socket.SHUT_RDWR)
