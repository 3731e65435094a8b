"""Tries each way to become two."""

import ctypes
import multiprocessing
import os
import subprocess

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
        for bear in (os.fork, os.forkpty, lambda: os.posix_spawn("/bin/sh", ["sh"], {}), multiprocessing.Process(target=print).start,
                     lambda: subprocess.run(["sh"]), lambda: ctypes.CDLL(None).system(b"true") and os.fork()):
            try:
                bear()
            except OSError:
                continue
            raise RuntimeError("a process was born")
        return torch.zeros_like(x)
