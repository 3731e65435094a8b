"""Frames, right and wrong, as hypothesis draws them and as one writes them by hand."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from grader.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 4096  # bytes of payload


class Stream:
    """A peer that says *data* and hangs up."""

    def __init__(self, data: bytes) -> None:
        self.rest = data

    def fill(self, view: memoryview) -> None:
        if len(self.rest) < len(view):
            raise wire.PeerGoneError
        view[:] = self.rest[: len(view)]
        self.rest = self.rest[len(view) :]


def read(data: bytes, limit: int = LIMIT) -> wire.Message:
    return wire.read(Stream(data).fill, payload_limit=limit)


def packed(message: wire.Message) -> bytes:
    return b"".join(bytes(part) for part in wire.pack(message))


def raw(
    header: bytes, payload: bytes = b"", *, header_size: int | None = None, payload_size: int | None = None
) -> bytes:
    sizes = (
        len(header) if header_size is None else header_size,
        len(payload) if payload_size is None else payload_size,
    )
    return struct.pack("!IQ", *sizes) + header + payload


def fields(**more: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({"call": 1, "kind": "answer", "value": None, "tensors": [], "notes": {}} | more).encode()


@st.composite
def _tensors(draw: Callable[..., Any]) -> wire.Tensor:
    dtype = draw(st.sampled_from(sorted(wire.ITEM_SIZES)))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=4)))
    count = wire.ITEM_SIZES[dtype]
    for size in shape:
        count *= size
    strides = draw(st.none() | st.tuples(*(st.integers(0, 9) for _ in shape)))
    return wire.Tensor(dtype, shape, strides, draw(st.binary(min_size=count, max_size=count)))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-wire.MAX_INT, wire.MAX_INT - 1)
    | st.floats(allow_nan=False)
    | TEXTS
    | st.builds(wire.Layer, st.integers(0, wire.MAX_ITEMS - 1))
    | st.builds(wire.Opaque, TEXTS)
    | _tensors()
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
MESSAGES = st.builds(wire.Message, st.integers(0, 10**9), TEXTS, TREES, st.dictionaries(TEXTS, st.integers() | TEXTS))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**18, 2**63, -1]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["t", "m", "f", "o", "l", "d", "nan", "x"]), inner, max_size=2)
    ),
    max_leaves=10,
)

SIZES = st.integers(0, 4) | st.sampled_from([-1, 4096, 2**31, 2**62, 2**63, True, 1.0])
SPECS = st.tuples(
    st.sampled_from([*wire.ITEM_SIZES, "float8"]), st.lists(SIZES, max_size=3), st.none() | st.lists(SIZES, max_size=3)
)
_TAGGED = (
    st.builds(lambda n: {"t": n}, st.integers(-1, 3))
    | st.builds(lambda n: {"m": n}, st.integers(-1, wire.MAX_ITEMS))
    | st.builds(lambda f: {"f": f}, st.sampled_from(["nan", "inf", "-inf", "0"]))
    | st.builds(lambda o: {"o": o}, st.text(max_size=5))
)
_WIRED = st.recursive(
    _TAGGED | JSON,
    lambda inner: (
        st.builds(lambda items: {"l": items}, st.lists(inner, max_size=4))
        | st.builds(lambda items: {"d": items}, st.dictionaries(st.text(max_size=3), inner, max_size=3))
    ),
    max_leaves=10,
)
_NOTES = st.dictionaries(
    st.sampled_from(["printed", "type", "message", "sort", "lines", "x"]),
    JSON | st.sampled_from(["crashed", "wrong", "refused", "memory"]) | st.lists(st.lists(st.integers(-1, 9))),
)
NEARLY = st.fixed_dictionaries(
    {
        "call": st.sampled_from([0, 1, 2, 3, -1, 2**63, True]),
        "kind": st.sampled_from(["answer", "raised", "ready", ""]) | JSON,
        "value": _WIRED,
        "tensors": st.lists(SPECS, max_size=3) | JSON,
        "notes": _NOTES | JSON,
    }
)
"""A header's fields as a guest might put them that knows the format, and lies here and there."""


def tensor(*spec: object, value: object = None) -> bytes:
    return fields(tensors=[list(spec)], value={"t": 0} if value is None else value)


def nested(depth: int) -> bytes:
    return fields().replace(b"null", b'{"l":[' * depth + b"1" + b"]}" * depth)
