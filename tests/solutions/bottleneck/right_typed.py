from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

EXPANSION: Final = 4


def conv_bn(c_in: int, c_out: int, kernel_size: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, kernel_size, padding=(kernel_size - 1) // 2, bias=False),
        nn.BatchNorm2d(c_out),
    )


class Residual(nn.Module):
    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Tensor) -> Tensor:
        return x + self.inner(x)


class Bottleneck(nn.Module):
    def __init__(self, channels: int, bottleneck_channels: int | None = None) -> None:
        super().__init__()
        b = bottleneck_channels if bottleneck_channels is not None else channels // EXPANSION
        self.residual: Residual = Residual(
            nn.Sequential(conv_bn(channels, b, 1), nn.ReLU(), conv_bn(b, b, 3), nn.ReLU(), conv_bn(b, channels, 1))
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.maximum(self.residual(x), x.new_zeros(()))
