"""Headers that are nearly JSON: deep, double, endless, of other encodings, with numbers that are none."""

import os
import struct

import torch
from torch import nn

from grader.sandbox import guest

NOTES = ',"kind":"answer","tensors":[],"notes":{"printed":""}}'
HEADERS = [
    '{"call":%d,"value":' + "[" * 50_000, '{"call":%d,"value":' + '{"l":[' * 9_000, '{"call":%d,"value":NaN' + NOTES,
    '{"call":%d,"value":true,"value":{"l":[],"d":{}}' + NOTES, '{"call":%d,"value":' + "9" * 100_000 + NOTES,
    '{"call":%d,"value":1e999' + NOTES, '{"call":%d,"value":-Infinity' + NOTES, '{"call":%d,"value":[true]' + NOTES,
    '{"call":%d,"value":{"t":0}' + NOTES, '{"call":%d,"value":{"d":{"a":{"m":-1}}}' + NOTES, "[%d]", '"%d"', "%d", "", "\0",
    '\ufeff{"call":%d,"value":true' + NOTES, '{"call":%d,"value":true,"points":20' + NOTES,
]
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-16", "utf-32", "latin-1"]


def nearly(channel, message):
    if message.value is None:  # the import
        return write(channel, message)
    number = message.call // 2
    header = HEADERS[number % len(HEADERS)].replace("%d", str(message.call)).encode(ENCODINGS[number % 6], "replace")
    os.write(channel, struct.pack("!IQ", len(header), 0) + header)


write, guest.write = guest.write, nearly


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
