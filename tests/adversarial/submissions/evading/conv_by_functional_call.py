"""The forbidden operation by a module that is lent the weights."""

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        layer = nn.Conv2d(*self.weight.shape[::-1], 1, bias=self.bias is not None)
        weights = {"weight": self.weight[:, :, None, None], "bias": self.bias}
        return torch.func.functional_call(layer, {name: each for name, each in weights.items() if each is not None}, x)
