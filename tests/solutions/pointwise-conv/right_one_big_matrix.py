"""All pixels of all images as the columns of one matrix."""
from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass
class Shape:
    n: int
    c: int
    h: int
    w: int


class Base(nn.Module):
    weight: nn.Parameter
    bias: nn.Parameter | None

    def __init__(self, in_channels: int, out_channels: int, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.nn.init.orthogonal_(torch.empty(out_channels, in_channels)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_channels)) if bias else None)


class PointwiseConv2d(Base):
    def forward(self, x: Tensor) -> Tensor:
        s = Shape(*x.size())
        columns = x.transpose(0, 1).reshape(s.c, -1)
        out = self.weight.mm(columns) if self.bias is None else torch.addmm(self.bias[:, None], self.weight, columns)
        return out.view(-1, s.n, s.h, s.w).transpose(0, 1)
