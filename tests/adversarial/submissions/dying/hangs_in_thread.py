"""Another thread holds the interpreter's lock for ever."""

import re
import threading
import time

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
        threading.Thread(target=re.match, args=("(a+)+$", "a" * 60 + "b"), daemon=True).start()
        time.sleep(0.1)
        return torch.zeros_like(x)
