"""The forbidden operation, as the dispatcher has it."""

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return torch.ops.aten.convolution.default(x, self.weight[:, :, None, None], self.bias, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
