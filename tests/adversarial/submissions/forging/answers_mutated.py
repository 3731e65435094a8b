"""Each answer with something changed: a name, a shape, a kind, an order, a part too many."""

import random

import torch
from torch import nn

from grader.sandbox import guest, wire

honest = guest.from_torch
ODD = [None, True, 1, 0.5, "passed", (), {}, wire.Layer(0), wire.Opaque("passed"), (1, 2), {"weight": None}]


def mutated(value):
    match value:
        case wire.Tensor(dtype, shape, strides, data):
            size = wire.ITEM_SIZES[dtype]
            return random.choice([
                wire.Tensor(dtype, (len(data) // size,), None, data), wire.Tensor("int8", (len(data),), None, data),
                wire.Tensor("bool", (len(data),), None, data), wire.Tensor(dtype, (1, *shape), None, data),
                wire.Tensor(dtype, (), None, b"\xff" * size), wire.Tensor(dtype, (0, *shape), None, b""),
            ])
        case tuple() if value:
            return random.choice([value[1:], value + value, tuple(map(mutated, value)), random.choice(ODD)])
        case dict() if value:
            return random.choice([{"passed": True, **value}, {key: mutated(item) for key, item in value.items()}, {}])
    return random.choice(ODD)


guest.from_torch = lambda value, depth=0: honest(value, depth) if depth else mutated(honest(value))


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
