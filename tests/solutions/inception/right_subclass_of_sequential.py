import torch
from torch import nn


class Inception(nn.Sequential):
    """Sequential in name only: its parts run side by side."""

    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        relu = nn.ReLU()
        super().__init__(
            nn.Sequential(nn.Conv2d(in_channels, out_1x1, 1), relu),
            nn.Sequential(
                nn.Conv2d(in_channels, reduce_3x3, 1), relu, nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1), relu
            ),
            nn.Sequential(
                nn.Conv2d(in_channels, reduce_5x5, 1), relu, nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2), relu
            ),
            nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(in_channels, out_pool, 1), relu),
        )

    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)
