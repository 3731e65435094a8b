"""Raises an error that says it is the guest's own, of a kind that costs nothing."""

import sys

from torch import nn

class Disguised(Exception):
    @property
    def __class__(self):
        return getattr(sys.modules.get("grader.sandbox.guest"), "WrongAnswerError", MemoryError)


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
        raise Disguised("all is well")
