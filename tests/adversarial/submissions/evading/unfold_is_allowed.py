"""Honest and right, by an operation that only sounds like the forbidden one."""

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        y = self.weight @ nn.functional.unfold(x, 1)
        y = y if self.bias is None else y + self.bias[:, None]
        return y.unflatten(2, x.shape[2:])
