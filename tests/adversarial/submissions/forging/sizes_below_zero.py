"""Sizes below zero, sizes that are no integers, dtypes and strides that nobody knows."""

import json
import os
import struct

import torch
from torch import nn

from grader.sandbox import guest

SPECS = [
    ["float32", [-1], None], ["float32", [-2, -2], None], ["float32", [4.0], None], ["float32", [True, 4], None],
    ["float32", ["4"], None], ["float33", [4], None], ["object", [4], None], [None, [4], None], ["float32", None, None],
    ["float32", [4], [-1]], ["float32", [4], [1, 1]], ["float32", [4]], ["qint8", [16], None], "float32", {}, None,
]


def odd(channel, message):
    if message.value is None:  # the import
        return write(channel, message)
    fields = {"call": message.call, "kind": "answer", "value": {"t": 0}, "notes": {"printed": ""}}
    header = json.dumps({**fields, "tensors": [SPECS[message.call // 2 % len(SPECS)]]}).encode()
    os.write(channel, struct.pack("!IQ", len(header), 16) + header + bytes(16))


write, guest.write = guest.write, odd


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
