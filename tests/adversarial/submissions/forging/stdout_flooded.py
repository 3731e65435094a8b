"""Megabytes of output at each call, none of it text."""

import faulthandler
import os
import sys

import torch
from torch import nn


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
        print("\x1b[2J\x1b]0;owned\x07\r\b\0\ud800" * 500_000)
        sys.stderr.write("x" * 10_000_000)
        sys.__stdout__.flush()
        for descriptor in (1, 2):
            os.write(descriptor, b"\xff\xfe\xf0\x28\x8c\x28" * 500_000)
        faulthandler.dump_traceback(file=2)
        return torch.zeros_like(x)
