"""A coverage-guided fuzzer over what the host does with a guest's reply, down to the torch tensor.

    python -m tests.fuzz.host_parser [--plant BUG] [CORPUS] [libFuzzer's options: -max_total_time=600 …]

CORPUS is a folder of inputs to start from and to add to, or one input to try once; without, honest replies are used.
An input is one byte of choices and the rest: a whole frame, or a header whose lengths and payload are made to fit, so
that the fuzzer need not guess them. No reply may raise anything but the student's fault, take more memory than the
limits say, or hang. A planted bug shows that the fuzzer finds such things.
"""

from __future__ import annotations

import atexit
import contextlib
import copy
import json
import random
import signal
import sys
import tempfile
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

if TYPE_CHECKING:
    from collections.abc import Iterator

# Without torch: the fuzzer follows branches of ours, and torch's would take minutes to be made followable.
OURS = [
    "grader.sandbox.wire", "grader.sandbox.session", "grader.sandbox.account", "grader.domain.observation",
    "grader.kit.tensors", "grader.kit.weights", "grader.kit.words",
]  # fmt: skip
with atheris.instrument_imports(include=OURS):
    from grader.sandbox import wire
    from tests.fuzz import hearing, plants, seeds

_RAW, _LONGER, _CUT, _MORE, _STRETCHED = 1, 2, 4, 8, 64
_PIECES = (1 << 20, 4096, 7, 1)
_MOST_PIECES = 64
_MEMORY_EVERY = 16  # inputs; to count each allocation takes longer than all the rest

_NUMBERS = (0, -1, 1, 2, 3, 16, 17, 4095, 4096, 2**20, 2**31, 2**62, 2**63, 10**400, 0.5, 1e308)
_TEXTS = ("", "x", "float32", "\ud800", "\x1b[31m", "~x", "~xx")
_ODD: tuple[object, ...] = (
    *_NUMBERS, *_TEXTS, None, True, [], {}, [[]], [0], {"": 0}, {"t": 0}, {"m": 0}, {"o": ""}, {"f": "nan"}, {"l": []},
    {"d": {}}, ["float32", [1], None], ["complex128", [0, 2**62], None], ["uint8", [2, 2], [1, 9]],
)  # fmt: skip


def reply_of(data: bytes) -> tuple[bytes, int]:
    """Return the guest's bytes that *data* stands for, and in pieces of how many bytes they come."""
    choices, rest = (data[0], data[1:]) if data else (0, b"")
    if choices & _STRETCHED:
        rest = rest.replace(b"~", b"x" * (wire.MAX_TEXT - 1))  # long texts, of short inputs
    reply = rest if choices & _RAW else hearing.framed(rest, longer_by=bool(choices & _LONGER))
    reply = reply[: len(reply) - bool(choices & _CUT)] + b"x" * bool(choices & _MORE)
    return reply, max(_PIECES[choices >> 4 & 3], len(reply) // _MOST_PIECES)


class Memory:
    """What the parser takes for tensors, at each input; and of every sixteenth, all that Python takes."""

    def __init__(self) -> None:
        self._tensors = 0
        setattr(wire, "bytearray", self._counted)  # noqa: B010 - shadows the built-in one, for this module

    def _counted(self, size: int) -> bytearray:
        self._tensors += size
        assert self._tensors <= hearing.TENSORS_LIMIT, f"{size} bytes taken at a guest's word"
        return bytearray(size)

    @contextlib.contextmanager
    def watched(self, reply: bytes, *, all_of_it: bool) -> Iterator[None]:
        """Fail when what is done inside takes more than a reply of this length may."""
        self._tensors = 0
        if not all_of_it:
            yield
            return
        tracemalloc.start()
        try:
            yield
            used = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        header = min(int.from_bytes(reply[:4]), wire.HEADER_LIMIT)
        objects = 2 * header * wire.MOST_PER_BYTE  # the session's, and the kit's of them
        limit = hearing.TENSORS_LIMIT + objects + 2 * len(reply) + 256 * 1024  # and what is read ahead
        assert used <= limit, f"{used} bytes taken for a reply of {len(reply)}, {limit} allowed"


class Target:
    """One input, heard."""

    def __init__(self) -> None:
        self._memory = Memory()
        self._count = 0

    def __call__(self, data: bytes) -> None:
        reply, piece = reply_of(data)
        self._count += 1
        with self._memory.watched(reply, all_of_it=self._count % _MEMORY_EVERY == 0):
            hearing.hear(reply, piece=piece)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Change a header as JSON, every other time; else, and where it is none, let libFuzzer change bytes."""
    choose = random.Random(seed)  # noqa: S311 - no secret
    if choose.random() < 0.5:
        try:
            fields = json.loads(data[1:])
        except (ValueError, RecursionError):
            fields = None
        if isinstance(fields, dict):
            for _ in range(choose.randint(1, 3)):
                _change_somewhere(fields, choose)
            choices = choose.choice([0, 0, 0, data[0], choose.randrange(256) & ~_RAW])
            changed = bytes([choices]) + json.dumps(fields, separators=(",", ":")).encode()
            if len(changed) <= max_size:
                return changed
    return bytes(atheris.Mutate(data, max_size))


def _change_somewhere(tree: Any, choose: random.Random) -> None:  # noqa: ANN401 - JSON
    """Walk down at random; there, put an odd value, a copy of a neighbour, or nest one deeper."""
    while True:
        places = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        if not places:
            return
        deeper = [place for place in places if isinstance(tree[place], dict | list) and tree[place]]
        if deeper and choose.random() < 0.8:
            tree = tree[choose.choice(deeper)]
            continue
        place = choose.choice(places)
        match choose.randrange(6):
            case 0:
                tree[place] = {choose.choice("ldtmof"): tree[place]}
            case 1:
                tree[place] = [tree[place]] * choose.choice([1, 2, 3])
            case 2:
                tree[place] = copy.deepcopy(tree[choose.choice(places)])
            case _:
                alike = {int: _NUMBERS, str: _TEXTS}.get(type(tree[place]), _ODD)
                tree[place] = copy.deepcopy(choose.choice(choose.choice((alike, alike, _ODD))))
        return


def main() -> None:
    arguments = sys.argv
    if "--plant" in arguments:
        at = arguments.index("--plant")
        plants.PLANTS[arguments[at + 1]]()
        del arguments[at : at + 2]
    if all(argument.startswith("-") for argument in arguments[1:]):
        folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
        arguments += [f"-dict={seeds.write(folder)}", f"-artifact_prefix={folder}/", str(folder / "corpus")]
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)  # libFuzzer's clock would interrupt the farewell
    atheris.Setup(arguments, Target(), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
