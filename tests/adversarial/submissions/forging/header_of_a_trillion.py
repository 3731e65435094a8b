"""Claims shapes of 10^12 and more elements, with no bytes, few bytes, or as many bytes as were claimed."""

import json
import os
import struct

import torch
from torch import nn

from grader.sandbox import guest

SHAPES = [[10**6, 10**6], [2**31, 2**31, 4], [2**62], [0, 2**62, 2**62], [1] * 17, [10**12], [0, 10**12]]
SIZES = [0, 16, 4 * 10**12, 2**63, 2**64 - 1]


def claim(channel, message):
    if message.value is None:  # the import
        return write(channel, message)
    number = message.call // 2
    fields = {"call": message.call, "kind": "answer", "value": {"t": 0}, "notes": {"printed": ""}}
    header = json.dumps({**fields, "tensors": [["float32", SHAPES[number % len(SHAPES)], None]]}).encode()
    os.write(channel, struct.pack("!IQ", len(header), SIZES[number % len(SIZES)]) + header + bytes(16))


write, guest.write = guest.write, claim


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
