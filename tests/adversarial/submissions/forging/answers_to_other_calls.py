"""Answers to calls that nobody made: of tomorrow, of yesterday, below zero, without end, no numbers."""

import json
import os
import struct

import torch
from torch import nn

from grader.sandbox import guest, wire

OTHER = [99, 0, -1, 2**63, 10**400, True, 1.0, "1", None, [1], {"call": 1}]


def other(channel, message):
    if message.value is None:  # the import
        return write(channel, message)
    fields = {"call": OTHER[message.call // 2 % len(OTHER)], "kind": "answer", "value": True, "tensors": [], "notes": {"printed": ""}}
    header = json.dumps(fields).encode()
    os.write(channel, struct.pack("!IQ", len(header), 0) + header)


write, guest.write = guest.write, other


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
