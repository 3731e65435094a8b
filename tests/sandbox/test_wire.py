"""Frames survive the way there and back; whatever else arrives is a WireError, and never costs memory."""

from __future__ import annotations

import ctypes
import json
import math
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.domain.observation import ITEM_SIZES
from grader.sandbox import wire
from tests.sandbox.frames import (
    JSON,
    LIMIT,
    MESSAGES,
    NEARLY,
    SPECS,
    Stream,
    fields,
    nested,
    packed,
    raw,
    read,
    tensor,
)  # fmt: skip


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


@settings(max_examples=300)
@given(JSON, JSON, JSON, JSON, JSON)
def test_any_fields_are_a_message_or_a_wire_error(
    call: object, kind: object, value: object, tensors: object, notes: object
) -> None:
    refuses(raw(fields(call=call, kind=kind, value=value, tensors=tensors, notes=notes)))


@settings(max_examples=300)
@given(NEARLY, st.binary(max_size=64))
def test_nearly_a_frame_is_a_message_or_a_wire_error(nearly: dict[str, Any], payload: bytes) -> None:
    refuses(raw(json.dumps(nearly).encode(), payload))


@given(st.lists(SPECS, max_size=3), st.integers(0, 600))
def test_a_tensor_that_is_read_has_the_bytes_that_its_shape_needs(specs: list[Any], size: int) -> None:
    header = fields(tensors=specs, value={"l": [{"t": number} for number in range(len(specs))]})
    try:
        found = read(raw(header, bytes(size))).value
    except (wire.WireError, wire.PeerGoneError):
        return
    assert isinstance(found, tuple)
    for item in found:
        assert isinstance(item, wire.Tensor)
        assert len(item.data) == wire.ITEM_SIZES[item.dtype] * math.prod(item.shape)


@given(MESSAGES)
def test_a_frame_that_was_read_is_written_the_same(message: wire.Message) -> None:
    assert packed(read(packed(message), limit=10**6)) == packed(message)


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
    "infinity as a number too large": raw(fields().replace(b"null", b"-1e999")),
    "infinity in notes": raw(fields().replace(b"{}", b'{"printed":1e999}')),
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
    "a call before the first": raw(fields(call=-1)),
    "a call of 4000 digits": raw(fields().replace(b'"call": 1', b'"call": ' + b"9" * 4000)),
    "a kind that is no text": raw(fields(kind=1)),
    "invalid UTF-8": raw(b'{"call": "\xff"}'),
    "no header": raw(b""),
}


@pytest.mark.parametrize("data", LIES.values(), ids=LIES)
def test_a_lie_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        read(data)


WHOLE = packed(wire.Message(1, "answer", (wire.Tensor("int16", (5,), None, b"0123456789"), "x")))


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_peer_that_hangs_up_is_gone(cut: int) -> None:
    with pytest.raises(wire.PeerGoneError):
        read(WHOLE[:cut])


@pytest.mark.parametrize("size", [LIMIT, LIMIT + 1])
def test_a_payload_may_be_as_long_as_the_limit_and_no_longer(size: int) -> None:
    frame = raw(tensor("uint8", [size], None), bytes(size))
    if size <= LIMIT:
        assert isinstance(read(frame).value, wire.Tensor)
    else:
        with pytest.raises(wire.WireError, match=f"at most {LIMIT}"):
            read(frame)


@pytest.mark.parametrize("size", [wire.HEADER_LIMIT, wire.HEADER_LIMIT + 1])
def test_a_header_may_be_as_long_as_the_limit_and_no_longer(size: int) -> None:
    frame = raw(fields().ljust(size))
    if size <= wire.HEADER_LIMIT:
        assert read(frame).call == 1
    else:
        with pytest.raises(wire.WireError, match=f"at most {wire.HEADER_LIMIT}"):
            read(frame)


def test_every_tensor_starts_where_its_numbers_may_lie() -> None:
    pieces = tuple(wire.Tensor(dtype, (3,), None, bytes(3 * size)) for dtype, size in wire.ITEM_SIZES.items())
    mixed = (wire.Tensor("bool", (1,), None, b"1"), *pieces)
    found = read(packed(wire.Message(1, "answer", mixed))).value
    assert isinstance(found, tuple)
    places = [ctypes.addressof(ctypes.c_char.from_buffer(item.data)) for item in found if isinstance(item, wire.Tensor)]
    assert [place % 16 for place in places] == [0] * len(mixed)


def test_lone_surrogates_become_question_marks() -> None:
    assert read(raw(fields(value="a\ud800b"))).value == "a?b"
    assert read(raw(fields(value={"d": {"\udfff": 1}}))).value == {"?": 1}


def test_of_two_equal_keys_the_last_counts() -> None:
    assert read(raw(fields().replace(b'"kind"', b'"call": 7, "kind"'))).call == 7


def test_bytes_after_a_frame_are_left_alone() -> None:
    stream = Stream(packed(wire.Message(1, "answer", 5)) + b"more")
    wire.read(stream.fill, payload_limit=LIMIT)
    assert stream.rest == b"more"


ROOM = wire.HEADER_LIMIT - 200


def noted(part: bytes) -> bytes:
    """Fill a header with notes made of *part*."""
    return raw(fields().replace(b"{}", b'{"":[' + b",".join([part] * (ROOM // (len(part) + 1))) + b"]}"))


COSTLY = {
    "10**12 elements": LIES["10**12 elements"],
    "payload of 2**63 bytes": LIES["payload of 2**63 bytes"],
    "nested ten thousand times": LIES["nested ten thousand times"],
    "a header of empty objects": noted(b"{}"),
    "a header of objects": noted(b'{"":0}'),
    "a header of objects in objects": noted(b'[{"":[{"":[[]]}]}]'),
    "a header of numbers": noted(b"1e1"),
    "a value of values in values": raw(fields(value={"l": [{"d": {"": {"d": {"": {"d": {}}}}}}] * 3000})),
}


def peak(data: bytes) -> int:
    """Return the most bytes that Python held while *data* was read."""
    tracemalloc.start()
    try:
        refuses(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("data", COSTLY.values(), ids=COSTLY)
def test_a_claim_costs_nothing_and_a_header_what_the_format_says(data: bytes) -> None:
    assert len(data) <= wire.HEADER_LIMIT + 12
    assert peak(data) < wire.MOST_PER_BYTE * len(data) + SLACK


@settings(max_examples=50)
@given(NEARLY)
def test_no_frame_costs_more_memory_than_the_format_says(nearly: dict[str, Any]) -> None:
    data = raw(json.dumps(nearly).encode(), bytes(64))
    assert peak(data) < wire.MOST_PER_BYTE * len(data) + LIMIT + SLACK


SLACK = 16 * 1024  # bytes: an error with its traceback
