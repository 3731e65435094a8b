"""Frames between host and guest: a length, a small header, raw tensor bytes. Standard library only.

    frame    = header length (u32) | payload length (u64) | header | payload          big-endian lengths
    header   = JSON: {"call": int, "kind": str, "value": tree, "tensors": [[dtype, shape, strides|null]...], ...}
    payload  = the tensors' bytes in order, row-major, little-endian, nothing between them
    tree     = null | bool | int | float | str | {"f": "nan"|"inf"|"-inf"} | {"t": tensor index} | {"m": layer}
             | {"o": description} | {"l": [tree...]} | {"d": {str: tree...}}

Whatever arrives is input: sizes are checked before a byte is kept, and anything odd is a WireError.
Sizes: the header is at most HEADER_LIMIT bytes; the payload exactly what its tensors add up to, and at most
the limit that the reader was given.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM_SIZES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
    "complex64": 8, "complex128": 16,
}  # fmt: skip
HEADER_LIMIT = 128 * 1024  # bytes
MAX_TENSORS = 256
MAX_DIMENSIONS = 16
MAX_DEPTH = 8
MAX_ITEMS = 4096
MAX_TEXT = 64 * 1024  # characters in one string
MAX_INT = 2**63
MOST_PER_BYTE = 64
"""Bytes that one byte of a header may take as Python's objects: small objects in each other come to nearly 50."""

_PREFIX = struct.Struct("!IQ")

Buffer: TypeAlias = bytes | bytearray | memoryview


class WireError(Exception):
    """The peer's frame is not one: too long, too short, or not what the format says."""


class PeerGoneError(Exception):
    """The peer closed the channel at a frame's boundary or inside one."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A dense tensor as bytes; *strides* in elements, or None for row-major."""

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...] | None
    data: Buffer


@dataclass(frozen=True, slots=True)
class Layer:
    """The number of a module that the guest keeps."""

    number: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that is no value."""

    description: str


Tree: TypeAlias = "bool | int | float | str | Tensor | Layer | Opaque | tuple[Tree, ...] | dict[str, Tree] | None"


@dataclass(frozen=True)
class Message:
    """One frame's content; *notes* are the header's further texts and numbers (kind-specific)."""

    call: int
    kind: str
    value: Tree = None
    notes: dict[str, Any] = field(default_factory=dict)


def pack(message: Message) -> list[Buffer]:
    """Return the frame of *message* as buffers to be written one after the other."""
    tensors: list[Tensor] = []
    tree = _to_json(message.value, tensors)
    header = json.dumps(
        {
            "call": message.call,
            "kind": message.kind,
            "value": tree,
            "tensors": [[t.dtype, t.shape, t.strides] for t in tensors],
            "notes": message.notes,
        },
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    payload = [memoryview(t.data).cast("B") for t in tensors]
    return [_PREFIX.pack(len(header), sum(map(len, payload))), header, *payload]


def _to_json(value: Tree, tensors: list[Tensor]) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Tensor():
            tensors.append(value)
            return {"t": len(tensors) - 1}
        case Layer(number):
            return {"m": number}
        case Opaque(description):
            return {"o": description}
        case float() if not math.isfinite(value):
            return {"f": str(value)}
        case tuple():
            return {"l": [_to_json(item, tensors) for item in value]}
        case dict():
            return {"d": {key: _to_json(item, tensors) for key, item in value.items()}}
    return value


def read(read_into: Callable[[memoryview], None], *, payload_limit: int) -> Message:
    """Read one frame through *read_into*, which fills the whole view or raises PeerGoneError.

    Raises WireError for anything that is not a frame. Allocates at most *payload_limit* bytes for tensors, and for a
    header of n bytes at most MOST_PER_BYTE x n.
    """
    prefix = bytearray(_PREFIX.size)
    read_into(memoryview(prefix))
    header_size, payload_size = _PREFIX.unpack(prefix)
    if header_size > HEADER_LIMIT:
        raise WireError(f"header of {header_size} bytes, at most {HEADER_LIMIT}")
    if payload_size > payload_limit:
        raise WireError(f"payload of {payload_size} bytes, at most {payload_limit}")
    header = bytearray(header_size)
    read_into(memoryview(header))
    fields = _parse_header(bytes(header))
    specs = [_parse_spec(spec) for spec in fields["tensors"]]
    if sum(size for *_, size in specs) != payload_size:
        raise WireError("payload is not as long as its tensors")
    tensors = [Tensor(dtype, shape, strides, _numbers(read_into, size)) for dtype, shape, strides, size in specs]
    return Message(fields["call"], fields["kind"], _parse_tree(fields["value"], tensors, 0), fields["notes"])


def _numbers(read_into: Callable[[memoryview], None], size: int) -> memoryview:
    """Read one tensor into memory of its own: it then starts where any dtype may start, whatever came before it."""
    view = memoryview(bytearray(size))
    read_into(view)
    return view


def _parse_header(raw: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(raw, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise WireError(f"header is no JSON: {type(error).__name__}") from None
    if not isinstance(fields, dict) or set(fields) != {"call", "kind", "value", "tensors", "notes"}:
        raise WireError("header lacks a field or has one too many")
    if not _is_int(fields["call"]) or not 0 <= fields["call"] < MAX_INT or not isinstance(fields["kind"], str):
        raise WireError("header's call is no number, or its kind no text")
    if not isinstance(fields["tensors"], list) or len(fields["tensors"]) > MAX_TENSORS:
        raise WireError("header's tensors are no list, or too many")
    if not isinstance(fields["notes"], dict):
        raise WireError("header's notes are no object")
    return fields


def _finite(text: str) -> float:
    """Refuse NaN, Infinity and 1e999: {"f": …} is the one way to say them."""
    if not math.isfinite(value := float(text)):
        raise ValueError(text)
    return value


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_Spec: TypeAlias = tuple[str, tuple[int, ...], tuple[int, ...] | None, int]


def _parse_spec(spec: object) -> _Spec:
    if not isinstance(spec, list) or len(spec) != 3:  # noqa: PLR2004 - dtype, shape, strides
        raise WireError("a tensor's description is not [dtype, shape, strides]")
    dtype, shape, strides = spec
    if not isinstance(dtype, str) or dtype not in ITEM_SIZES:
        raise WireError("unknown dtype")
    sizes = _parse_ints(shape)
    steps = None if strides is None else _parse_ints(strides)
    if steps is not None and len(steps) != len(sizes):
        raise WireError("strides and shape differ in length")
    if math.prod(size or 1 for size in sizes) > MAX_INT // ITEM_SIZES[dtype]:  # no library can count an empty one, too
        raise WireError("a shape is too large")
    return dtype, sizes, steps, math.prod(sizes) * ITEM_SIZES[dtype]


def _parse_ints(values: object) -> tuple[int, ...]:
    if not isinstance(values, list) or len(values) > MAX_DIMENSIONS:
        raise WireError("a shape is no list, or has too many dimensions")
    if not all(_is_int(value) and 0 <= value < MAX_INT for value in values):
        raise WireError("a size is no integer, negative or too large")
    return tuple(values)


def _parse_tree(tree: object, tensors: list[Tensor], depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise WireError("value nested too deeply")
    match tree:
        case None | bool():
            return tree
        case int():
            if not -MAX_INT <= tree < MAX_INT:
                raise WireError("integer too large")
            return tree
        case float():
            return tree
        case str():
            return _parse_text(tree)
        case dict() if len(tree) == 1:
            ((tag, content),) = tree.items()
            return _parse_tagged(tag, content, tensors, depth)
    raise WireError("a value of unknown form")


def _parse_tagged(tag: str, content: object, tensors: list[Tensor], depth: int) -> Tree:
    match tag, content:
        case "f", "nan" | "inf" | "-inf":
            return float(str(content))
        case "t", int() if _is_int(content) and 0 <= content < len(tensors):
            return tensors[content]
        case "m", int() if _is_int(content) and 0 <= content < MAX_ITEMS:
            return Layer(content)
        case "o", str():
            return Opaque(_parse_text(content))
        case "l", list() if len(content) <= MAX_ITEMS:
            return tuple(_parse_tree(item, tensors, depth + 1) for item in content)
        case "d", dict() if len(content) <= MAX_ITEMS:
            return {_parse_text(key): _parse_tree(item, tensors, depth + 1) for key, item in content.items()}
    raise WireError("a value of unknown form")


def _parse_text(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise WireError("text too long")
    return text.encode("utf-8", "replace").decode()  # lone surrogates can't be stored or printed
