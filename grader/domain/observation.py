"""What a guest may be asked, and what it may answer: plain values and raw tensors, no behaviour.

The sandbox carries these, the kit turns them into torch tensors; neither knows the other.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TypeAlias

ITEM_SIZES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
    "complex64": 8, "complex128": 16,
}  # fmt: skip
"""Bytes per element of each dtype that may cross the wire."""


@dataclass(frozen=True)
class RawTensor:
    """A dense tensor: *data* in row-major order, little-endian; *strides* only in what we send."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes | bytearray | memoryview = field(repr=False)
    strides: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Opaque:
    """Something the guest returned that is no value: a sparse tensor, a module, a lambda."""

    description: str


@dataclass(frozen=True)
class LayerNumber:
    """A module that the guest keeps for us; later questions name it by this number."""

    number: int


Value: TypeAlias = (
    "bool | int | float | str | RawTensor | Opaque | LayerNumber | tuple[Value, ...] | dict[str, Value] | None"
)


class Verb(enum.Enum):
    """What can be asked of a guest about the student's code."""

    CONSTRUCT = "construct"  # call the named entry; answers (layer number, its slots), or the value if it is a function
    LOAD = "load"  # put these numbers, one flat tensor, into the layer if it has such slots; else answers its slots
    STATE = "state"  # the tensors in all slots, in order
    CALL = "call"  # forward
    CALL_AND_INPUTS = "call_and_inputs"  # forward; answers (output, inputs as they are afterwards)
    GRADIENTS = "gradients"  # of <output, upstream> for each input and parameter
    MODE = "mode"  # train or eval
    CAST = "cast"  # to a dtype


@dataclass(frozen=True)
class Question:
    """One thing to do with layer number *target* (or with the entry *name*)."""

    verb: Verb
    target: int = 0
    name: str = ""
    arguments: tuple[Value, ...] = ()
    keywords: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the guest said: a value to be judged, never a judgement."""

    value: Value
    printed: str = ""
