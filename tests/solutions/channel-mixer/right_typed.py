from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor, nn

KERNEL: Final = 1


def pointwise(c_in: int, c_out: int) -> nn.Conv2d:
    return nn.Conv2d(c_in, c_out, KERNEL, stride=1, padding=0, bias=True)


class Activated(nn.Module):
    def __init__(self, inner: nn.Module, activation: Callable[[Tensor], Tensor] = torch.relu) -> None:
        super().__init__()
        self.inner, self.activation = inner, activation

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.inner(x))


class ChannelMixer(nn.Module):
    def __init__(self, channels: int, hidden_channels: int) -> None:
        super().__init__()
        self.hidden: Activated = Activated(pointwise(channels, hidden_channels))
        self.out: nn.Conv2d = pointwise(hidden_channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.hidden(x))
