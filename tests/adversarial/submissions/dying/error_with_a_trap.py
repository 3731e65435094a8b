"""Raises an error whose attributes raise."""

import torch
from torch import nn

class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit


class Trap(SyntaxError, metaclass=Meta):
    @property
    def lineno(self):
        raise KeyboardInterrupt

    def __str__(self):
        raise MemoryError


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        raise Trap
