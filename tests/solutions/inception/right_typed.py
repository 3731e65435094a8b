from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class ConvReLU(nn.Module):
    def __init__(self, c_in: int, c_out: int, kernel_size: int = 1) -> None:
        super().__init__()
        self.conv: nn.Conv2d = nn.Conv2d(c_in, c_out, kernel_size, padding=kernel_size // 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).relu_()


class SideBySide(nn.Module):
    def __init__(self, branches: Sequence[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat(tuple(branch(x) for branch in self.branches), dim=1)


class Inception(SideBySide):
    def __init__(
        self,
        in_channels: int,
        out_1x1: int,
        reduce_3x3: int,
        out_3x3: int,
        reduce_5x5: int,
        out_5x5: int,
        out_pool: int,
    ) -> None:
        super().__init__([
            ConvReLU(in_channels, out_1x1),
            nn.Sequential(ConvReLU(in_channels, reduce_3x3), ConvReLU(reduce_3x3, out_3x3, 3)),
            nn.Sequential(ConvReLU(in_channels, reduce_5x5), ConvReLU(reduce_5x5, out_5x5, 5)),
            nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), ConvReLU(in_channels, out_pool)),
        ])
