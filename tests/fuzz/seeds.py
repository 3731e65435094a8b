"""Replies of honest guests, from which a fuzzer starts, and the words of their language."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.sandbox import wire
from tests.fuzz.hearing import CALL

if TYPE_CHECKING:
    from pathlib import Path

_SLOTS = json.dumps([["weight", "linear", "weight", True, "float32", [3, 4]]])
_WENT_WRONG = {"type": "ValueError", "message": "my mistake", "lines": [[3, "x"]], "sort": "crashed", "printed": "a\nb"}


def _tensor(dtype: str, *shape: int) -> wire.Tensor:
    size = wire.ITEM_SIZES[dtype]
    for length in shape:
        size *= length
    return wire.Tensor(dtype, shape, None, bytes(size))


VALUES: list[wire.Tree] = [
    None,
    True,
    -5,
    2.5,
    float("nan"),
    "text",
    (wire.Layer(0), _SLOTS),
    wire.Opaque("an object of type object"),
    (_SLOTS, (_tensor("float32", 3, 4),)),
    {"a": (1, {"b": _tensor("float64", 2)}), "c": None},
    *(_tensor(dtype, 2, 3) for dtype in wire.ITEM_SIZES),
    (_tensor("bool", 3), _tensor("complex128"), _tensor("uint8", 0, 5)),
]

MESSAGES = [
    *(wire.Message(CALL, "answer", value, {"printed": "hello\n"}) for value in VALUES),
    *(
        wire.Message(CALL, "raised", None, {**_WENT_WRONG, "sort": sort})
        for sort in ("crashed", "wrong", "refused", "memory")
    ),
]

WORDS = [
    *wire.ITEM_SIZES, "call", "kind", "value", "tensors", "notes", "answer", "raised", "printed", "sort", "lines",
    "type", "message", "nan", "inf", "-inf",
]  # fmt: skip
TOKENS = [*(f'"{word}"' for word in WORDS), *(f'{{"{tag}":' for tag in "ftmold"), "null", "1e999", "-1", "\\ud800"]
TOKENS += [str(2**62), str(2**63), "9" * 60, "[" * 40, "NaN", "]}", "\\u001b"]


def write(folder: Path) -> Path:
    """Write each honest reply, as a frame and as a header, and the words; return the file of words."""
    (folder / "corpus").mkdir()
    for number, message in enumerate(MESSAGES):
        prefix, header, *payload = map(bytes, wire.pack(message))
        (folder / "corpus" / f"{number}-header").write_bytes(b"\0" + header)
        (folder / "corpus" / f"{number}-frame").write_bytes(b"\1" + b"".join([prefix, header, *payload]))
    words = folder / "words"
    words.write_text("".join(f"{json.dumps(token)}\n" for token in TOKENS))
    return words
