"""Another unusable kind of answer at each call."""

import itertools

import torch
from torch import nn

KINDS = itertools.cycle([
    lambda y: y * float("nan"), lambda y: y / 0, lambda y: y.sum(), lambda y: y[:0], lambda y: y[:, :1], lambda y: y.double(),
    lambda y: y.to_sparse(), lambda y: y.to("meta"), lambda y: y + 0j, lambda y: [y], lambda y: {"output": y},
    lambda y: y.numpy(), lambda y: y.tolist(), lambda y: lambda: y, lambda y: True, lambda y: 10**5000, lambda y: "passed",
    lambda y: object(), lambda y: y.half(), lambda y: None,
])


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return next(KINDS)(torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype))
