"""torch tensors to raw ones and back; the only place of the kit that knows bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from grader.domain.observation import ITEM_SIZES, RawTensor

if TYPE_CHECKING:
    from grader.domain.observation import Value

DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in ITEM_SIZES}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def to_raw(tensor: torch.Tensor) -> RawTensor:
    """Return *tensor* as bytes, with its strides when it is not row-major: layouts travel to the guest."""
    tensor = tensor.detach()
    data = bytearray(tensor.numel() * tensor.element_size())
    if data:
        torch.frombuffer(data, dtype=tensor.dtype).reshape(tensor.shape).copy_(tensor)
    expanded = 0 in tensor.stride()  # many elements in one place: a layout that no one can write to
    strides = None if tensor.is_contiguous() or expanded else tuple(tensor.stride())
    return RawTensor(NAMES[tensor.dtype], tuple(tensor.shape), data, strides)


def to_torch(raw: RawTensor) -> torch.Tensor:
    """Return a tensor that owns nothing of the guest's but numbers."""
    dtype = DTYPES[raw.dtype]
    flat = torch.frombuffer(raw.data, dtype=dtype) if len(raw.data) else torch.empty(0, dtype=dtype)
    return flat.reshape(raw.shape)


def encode(value: Any) -> Value:  # noqa: ANN401 - whatever a lecturer passes
    """Turn an argument of a lecturer's call into what a guest can be sent; TypeError when it can't."""
    match value:
        case torch.Tensor():
            return to_raw(value)
        case torch.dtype():
            return NAMES[value]
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return tuple(encode(item) for item in value)
        case dict():
            return {str(key): encode(item) for key, item in value.items()}
    raise TypeError(f"a {type(value).__name__} can't be sent to a guest; use tensors, numbers, text, tuples, dicts")


def size(value: Value) -> int:
    """Return the bytes of numbers in an answer; a tensor that is in it twice counts twice."""
    match value:
        case RawTensor():
            return len(value.data)
        case tuple():
            return sum(map(size, value))
        case dict():
            return sum(map(size, value.values()))
    return 0


def decode(value: Value) -> Any:  # noqa: ANN401 - mirrors Value, with torch tensors
    """Turn an answer into torch tensors and plain values; Opaque and LayerNumber stay as they are."""
    match value:
        case RawTensor():
            return to_torch(value)
        case tuple():
            return tuple(decode(item) for item in value)
        case dict():
            return {key: decode(item) for key, item in value.items()}
    return value
