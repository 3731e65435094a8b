"""Frames survive the way there and back; whatever else arrives is a WireError, and never costs memory."""

from __future__ import annotations

import json
import struct
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.domain.observation import ITEM_SIZES
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


def test_wire_and_domain_agree_on_dtypes() -> None:
    assert wire.ITEM_SIZES == ITEM_SIZES


@given(MESSAGES)
def test_a_message_survives_the_way_there_and_back(message: wire.Message) -> None:
    assert read(packed(message), limit=10**6) == message


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
def test_infinities_survive(value: float) -> None:
    assert read(packed(wire.Message(1, "answer", value))).value == value


def test_nan_survives() -> None:
    value = read(packed(wire.Message(1, "answer", float("nan")))).value
    assert isinstance(value, float)
    assert value != value  # noqa: PLR0124 - only NaN does


def refuses(data: bytes) -> None:
    """Read *data*: it may be a frame, no frame, or too short; nothing else may happen."""
    try:
        message = read(data)
    except (wire.WireError, wire.PeerGoneError):
        return
    assert isinstance(message, wire.Message)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_frame_or_a_wire_error(data: bytes) -> None:
    refuses(data)


@given(st.binary(max_size=200), st.binary(max_size=40))
@example(b"\xff\xfe{\x00}\x00", b"")
@example(b"\x00\x00\x00{", b"")
def test_any_header_is_one_or_a_wire_error(header: bytes, payload: bytes) -> None:
    refuses(raw(header, payload))


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


@settings(max_examples=300)
@given(JSON, JSON, JSON, JSON, JSON)
def test_any_fields_are_a_message_or_a_wire_error(
    call: object, kind: object, value: object, tensors: object, notes: object
) -> None:
    refuses(raw(fields(call=call, kind=kind, value=value, tensors=tensors, notes=notes)))


@settings(max_examples=300)
@given(
    MESSAGES, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4), st.integers(0, 50)
)
def test_a_damaged_frame_is_a_frame_or_a_wire_error(
    message: wire.Message, changes: list[tuple[int, int]], cut: int
) -> None:
    damaged = bytearray(packed(message))
    for place, byte in changes:
        damaged[place % len(damaged)] = byte
    refuses(bytes(damaged[: len(damaged) - cut]))


def tensor(*spec: object, value: object = None) -> bytes:
    return fields(tensors=[list(spec)], value={"t": 0} if value is None else value)


def nested(depth: int) -> bytes:
    return fields().replace(b"null", b'{"l":[' * depth + b"1" + b"]}" * depth)


LIES = {
    "header longer than allowed": raw(b"", header_size=wire.HEADER_LIMIT + 1),
    "payload longer than allowed": raw(fields(), payload_size=LIMIT + 1),
    "payload of 2**63 bytes": raw(fields(), payload_size=2**63),
    "payload without tensors": raw(fields(), b"x"),
    "payload shorter than its tensor": raw(tensor("float32", [3], None), b"x" * 8),
    "payload longer than its tensor": raw(tensor("float32", [3], None), b"x" * 16),
    "10**12 elements": raw(tensor("float32", [10**12], None)),
    "10**12 elements in disguise": raw(tensor("float32", [10**6, 10**6], None)),
    "nothing, 2**62 by 2**62 times": raw(tensor("float32", [0, 2**62, 2**62], None)),
    "nothing, 2**62 times of 8 bytes": raw(tensor("float64", [2**62, 0], None)),
    "a negative size": raw(tensor("float32", [-1, -1], None), b"x" * 4),
    "a truth value for a size": raw(tensor("float32", [True], None), b"x" * 4),
    "a fraction for a size": raw(tensor("float32", [1.0], None), b"x" * 4),
    "a text for a size": raw(tensor("float32", ["1"], None), b"x" * 4),
    "a size of 2**63": raw(tensor("float32", [2**63, 0], None)),
    "a negative stride": raw(tensor("float32", [1], [-1]), b"x" * 4),
    "strides for another shape": raw(tensor("float32", [1], [1, 1]), b"x" * 4),
    "an unknown dtype": raw(tensor("float128", [1], None), b"x" * 16),
    "a dtype that is no text": raw(tensor(["float32"], [1], None), b"x" * 4),
    "17 dimensions": raw(tensor("uint8", [1] * 17, None), b"x"),
    "a tensor that is not there": raw(fields(value={"t": 0})),
    "a tensor before the first": raw(tensor("uint8", [1], None, value={"t": -1}), b"x"),
    "a truth value for a tensor": raw(tensor("uint8", [1], None, value={"t": False}), b"x"),
    "257 tensors": raw(fields(tensors=[["uint8", [0], None]] * 257)),
    "an object for the tensors": raw(fields(tensors={})),
    "layer 4096": raw(fields(value={"m": 4096})),
    "layer -1": raw(fields(value={"m": -1})),
    "layer True": raw(fields(value={"m": True})),
    "an integer of 2**63": raw(fields(value=2**63)),
    "an integer of 5000 digits": raw(fields().replace(b"null", b"9" * 5000)),
    "a bare NaN": raw(fields().replace(b"null", b"NaN")),
    "a bare Infinity": raw(fields().replace(b"null", b"-Infinity")),
    "an unknown float": raw(fields(value={"f": "1"})),
    "a bare list": raw(fields(value=[1])),
    "two tags": raw(fields(value={"m": 1, "t": 0})),
    "no tag": raw(fields(value={})),
    "nested too deeply": raw(nested(wire.MAX_DEPTH + 2)),
    "nested ten thousand times": raw(nested(10_000)),
    "nested in notes, ten thousand times": raw(fields().replace(b"{}", b"[" * 10_000 + b"]" * 10_000)),
    "4097 items": raw(fields(value={"l": [1] * 4097})),
    "text too long": raw(fields(value="x" * (wire.MAX_TEXT + 1))),
    "a field too many": raw(fields(more=1)),
    "a field too few": raw(fields().replace(b'"kind": "answer", ', b"")),
    "a list for the header": raw(b"[]"),
    "notes that are no object": raw(fields(notes=[])),
    "a call that is no number": raw(fields(call=True)),
    "a kind that is no text": raw(fields(kind=1)),
    "invalid UTF-8": raw(b'{"call": "\xff"}'),
    "no header": raw(b""),
}


@pytest.mark.parametrize("data", LIES.values(), ids=LIES)
def test_a_lie_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        read(data)


@pytest.mark.parametrize("cut", [0, 5, 12, 30])
def test_a_peer_that_hangs_up_is_gone(cut: int) -> None:
    with pytest.raises(wire.PeerGoneError):
        read(packed(wire.Message(1, "answer", "x" * 50))[:cut])


def test_lone_surrogates_become_question_marks() -> None:
    assert read(raw(fields(value="a\ud800b"))).value == "a?b"
    assert read(raw(fields(value={"d": {"\udfff": 1}}))).value == {"?": 1}


def test_of_two_equal_keys_the_last_counts() -> None:
    assert read(raw(fields().replace(b'"kind"', b'"call": 7, "kind"'))).call == 7


def test_bytes_after_a_frame_are_left_alone() -> None:
    stream = Stream(packed(wire.Message(1, "answer", 5)) + b"more")
    wire.read(stream.fill, payload_limit=LIMIT)
    assert stream.rest == b"more"


@pytest.mark.parametrize(
    "data", [LIES["10**12 elements"], LIES["payload of 2**63 bytes"], LIES["nested ten thousand times"]]
)
def test_a_claim_of_size_costs_no_memory(data: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(wire.WireError):
            read(data)
        assert tracemalloc.get_traced_memory()[1] < 10 * wire.HEADER_LIMIT
    finally:
        tracemalloc.stop()
