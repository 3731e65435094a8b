import torch
from torch import nn


class Bottleneck(nn.Module):
    """ReLU(x + block(x)); the block reduces the channels, looks around, and restores them."""

    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, bottleneck_channels, 1, bias=False),  # (N, C, H, W) -> (N, B, H, W)
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, padding=1, bias=False),  # (N, B, H, W)
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, channels, 1, bias=False),  # (N, B, H, W) -> (N, C, H, W)
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):  # x: (N, C, H, W)
        return torch.relu(x + self.block(x))  # (N, C, H, W)
