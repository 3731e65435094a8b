import math

import torch
import torch.nn as nn


class PointwiseConv2d(nn.Module):
    """Flatten the pixels, multiply once, restore the image."""

    def __init__(self, in_channels: int, out_channels: int, bias: bool = True) -> None:
        super().__init__()
        k = 1 / math.sqrt(in_channels)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels).uniform_(-k, k))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-k, k)) if bias else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        N, C, H, W = x.shape
        flat = x.reshape(N, C, H * W)  # (N, C, HW)
        y = torch.matmul(self.weight, flat)  # (K, C) @ (N, C, HW) -> (N, K, HW)
        if self.bias is not None:
            y = y + self.bias.unsqueeze(1)
        return y.reshape(N, -1, H, W)
