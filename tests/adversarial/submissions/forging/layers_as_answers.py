"""Answers with the guest's own words for layers and for what is no value."""

import itertools
import json

import torch
from torch import nn

from grader.sandbox import guest, wire

SLOTS = json.dumps([["weight", "convolution", "weight", True, "float32", [8, 16]]])
NEXT = itertools.cycle([
    wire.Layer(0), wire.Layer(1), wire.Layer(4095), wire.Layer(-1), wire.Layer(10**9), (wire.Layer(0), SLOTS), (wire.Layer(0), "[]"),
    (wire.Layer(0), "[[]]"), (wire.Layer(0), SLOTS, SLOTS), wire.Opaque("passed"), wire.Opaque("<b>=1+1\x1b[31m"), wire.Opaque(1),
    wire.Tensor("float32", (2, 16, 6, 6), None, b""), wire.Tensor("float32", (-1,), None, bytes(4)), wire.Message(1, "answer", True),
])
guest.from_torch = lambda value, depth=0: next(NEXT)


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
        return torch.zeros_like(x)
