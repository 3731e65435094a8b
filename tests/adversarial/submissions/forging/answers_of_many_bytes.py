"""Answers of dozens of megabytes, of a dtype that takes eight times as much when it is compared."""

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
        return torch.zeros(3 if len(x) > 1 else 1, 18 * 2**20, dtype=torch.bool)
