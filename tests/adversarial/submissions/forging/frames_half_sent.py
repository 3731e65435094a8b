"""Sends half of its answer, and waits for ever with the other half."""

import os
import time

import torch
from torch import nn

from grader.sandbox import guest, wire


def half(channel, message):
    whole = b"".join(map(bytes, wire.pack(message)))
    os.write(channel, whole[: len(whole) // 2])
    time.sleep(1000)


write = guest.write
guest.write = lambda channel, message: (write if message.value is None else half)(channel, message)  # import is honest


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
