"""Calls itself without end, in Python and in C."""

import sys

import torch
from torch import nn

sys.setrecursionlimit(10**9)


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return list(map(self.forward, [x]))
