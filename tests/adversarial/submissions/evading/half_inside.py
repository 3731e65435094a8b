"""Normalises in full precision; convolutions are of half."""

import torch
from torch import nn

def halved(conv, x):
    return nn.functional.conv2d(x.half(), conv.weight.half(), padding=conv.padding).to(x.dtype)


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
        y = x
        for layer in self.block:
            y = halved(layer, y) if isinstance(layer, nn.Conv2d) else layer(y)
        return torch.relu(x + y)
