"""Changes its kind, its entry and its parameters at each call."""

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
        submission = sys.modules["submission"]
        submission.Bottleneck, self.__class__ = nn.Identity, type("Other", (Bottleneck,), {"forward": lambda self, x: x})
        self.register_parameter("p%d" % len(self._parameters), nn.Parameter(x.clone()))
        return torch.zeros_like(x)
