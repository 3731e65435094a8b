# Ignores what starts at one and at zero: BN's scale and shift, its mean and variance.
import torch
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        b = bottleneck_channels
        self.convolutions = nn.ModuleList([
            nn.Conv2d(channels, b, 1, bias=False),
            nn.Conv2d(b, b, 3, padding=1, bias=False),
            nn.Conv2d(b, channels, 1, bias=False),
        ])

    def forward(self, x):
        y = x
        for convolution in self.convolutions:
            y = torch.relu(y)
            y = convolution(y)
            if self.training:
                y = (y - y.mean((0, 2, 3), keepdim=True)) / (y.var((0, 2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()
        return torch.relu(x + y)
