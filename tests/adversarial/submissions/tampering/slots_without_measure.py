"""Parameters whose shapes are odd: empty ones, of sixteen axes, huge ones that take no room."""

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None
        self.a = nn.Parameter(torch.empty(3, 0))
        self.b = nn.Parameter(torch.empty(0, 3, 0))
        self.c = nn.Parameter(torch.ones([1] * 15 + [2]))
        self.register_buffer("running_var", torch.ones(()).expand(1000, 4000))
        self.register_buffer("odd", torch.ones((), dtype=torch.complex128))
        self.register_buffer("other", torch.empty(2, 2, device="meta"))

    def forward(self, x):
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
