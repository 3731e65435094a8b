from __future__ import annotations

from functools import partial
from typing import Final

import torch
from torch import Tensor, nn

Conv: Final = partial(nn.Conv2d, bias=False)


class ConvBN(nn.Module):
    """A convolution without a bias, normalised; *active* adds a ReLU."""

    def __init__(self, c_in: int, c_out: int, kernel: int, *, stride: int = 1, active: bool = True) -> None:
        super().__init__()
        self.conv: nn.Conv2d = Conv(c_in, c_out, kernel, stride=stride, padding=(kernel - 1) // 2)
        self.norm: nn.BatchNorm2d = nn.BatchNorm2d(c_out)
        self.active: Final[bool] = active

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.norm(self.conv(x))
        return y.relu() if self.active else y


class Sum(nn.Module):
    def __init__(self, *paths: nn.Module) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([path(x) for path in self.paths]).sum(dim=0)


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels: int, bottleneck_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        main = nn.Sequential(
            ConvBN(in_channels, bottleneck_channels, 1),
            ConvBN(bottleneck_channels, bottleneck_channels, 3, stride=stride),
            ConvBN(bottleneck_channels, out_channels, 1, active=False),
        )
        self.both = Sum(main, ConvBN(in_channels, out_channels, 1, stride=stride, active=False))

    def forward(self, x: Tensor) -> Tensor:
        return torch.maximum(self.both(x), x.new_zeros(()))
