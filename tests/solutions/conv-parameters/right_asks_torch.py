"""Builds the layers and lets PyTorch count."""
from torch import nn


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    conv = nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias)
    return sum(p.numel() for p in conv.parameters())


def bottleneck_parameters(channels, bottleneck_channels):
    block = nn.Sequential(
        nn.Conv2d(channels, bottleneck_channels, 1, bias=False),
        nn.BatchNorm2d(bottleneck_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(bottleneck_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(bottleneck_channels, channels, 1, bias=False),
        nn.BatchNorm2d(channels),
    )
    return sum(p.numel() for p in block.parameters() if p.dim() == 4)
