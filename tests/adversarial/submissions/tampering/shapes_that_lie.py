"""A tensor that tells another shape, dtype, device and size than it has."""

import itertools

import torch
from torch import nn

class Lying(torch.Tensor):
    told = itertools.cycle([(2, 16, 6, 6), (10**6, 10**6), (-1,), (2**62, 4), ("a",), (True,), 7, (1, 256, 14, 14)])

    @property
    def shape(self):
        return next(Lying.told)

    dtype = property(lambda self: torch.float32)
    layout = property(lambda self: torch.strided)
    device = property(lambda self: torch.device("cpu"))
    numel = lambda self: 1
    element_size = lambda self: 4
    detach = resolve_conj = resolve_neg = lambda self: self


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
        return torch.zeros_like(x).as_subclass(Lying)
