import torch
from torch import nn
from torch.nn import functional as F


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        self.one = nn.Conv2d(channels, bottleneck_channels, 1, bias=False)
        self.one_norm = nn.BatchNorm2d(bottleneck_channels)
        self.two = nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, bias=False)
        self.two_norm = nn.BatchNorm2d(bottleneck_channels)
        self.three = nn.Conv2d(bottleneck_channels, channels, 1, bias=False)
        self.three_norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.three_norm.weight)

    def forward(self, x):
        h = self.one_norm(self.one(x)).relu_()
        h = self.two_norm(self.two(F.pad(h, (1, 1, 1, 1)))).relu_()
        h = self.three_norm(self.three(h))
        return h.add_(x).relu_()
