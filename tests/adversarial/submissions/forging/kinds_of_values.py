"""Another kind of value at each call: lists without end, names that meet, numbers that are texts."""

import collections
import dataclasses
import itertools

import torch
from torch import nn

DEEP = []
for _ in range(50):
    DEEP = [DEEP]
ROUND = []
ROUND.append(ROUND)
Pair = collections.namedtuple("Pair", "output more")
KINDS = itertools.cycle([
    lambda y: DEEP, lambda y: ROUND, lambda y: [y] * 255, lambda y: [y[:0]] * 300, lambda y: [None] * 5000, lambda y: {1: y, "1": y},
    lambda y: {y: y}, lambda y: {(): None, None: ()}, lambda y: Pair(y, y), lambda y: collections.OrderedDict(a=y), lambda y: iter([y]),
    lambda y: (item for item in [y]), lambda y: range(10**9), lambda y: b"passed", lambda y: {y.sum()}, lambda y: complex(1, 1),
    lambda y: 2**63, lambda y: -(2**63) - 1, lambda y: float("nan"), lambda y: "\ud800", lambda y: "x" * 10**6, lambda y: ...,
    lambda y: NotImplemented, lambda y: type, lambda y: nn.Linear(1, 1), lambda y: y.shape, lambda y: y.dtype,
    lambda y: Exception("passed"),
    lambda y: {"x" * 10**5: y}, lambda y: {str(n): y[:0] for n in range(257)}, lambda y: dataclasses.make_dataclass("Passed", ["y"])(y),
])


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, bottleneck_channels, 1, bias=False),
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):
        return next(KINDS)(torch.zeros_like(x))
