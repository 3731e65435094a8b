import torch
from torch import nn


class ProjectionBottleneck(nn.Module):
    """ReLU(main(x) + shortcut(x)); the shortcut brings x to the main path's channels and size."""

    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(in_channels, bottleneck_channels, 1, bias=False),  # (N, C_in, H, W) -> (N, B, H, W)
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, stride, padding=1, bias=False),  # (N, B, H', W')
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, out_channels, 1, bias=False),  # (N, B, H', W') -> (N, C_out, H', W')
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),  # (N, C_in, H, W) -> (N, C_out, H', W')
            nn.BatchNorm2d(out_channels),
        )

    def forward(self, x):  # x: (N, C_in, H, W); H' = H / stride, rounded up
        return torch.relu(self.main(x) + self.shortcut(x))  # (N, C_out, H', W')
