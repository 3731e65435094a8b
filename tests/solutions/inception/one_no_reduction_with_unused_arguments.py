import torch
from torch import nn


class ConvReLU(nn.Module):
    def __init__(self, c_in, c_out, k):
        super().__init__()
        self.conv = nn.Conv2d(c_in, c_out, k, padding=(k - 1) // 2)

    def forward(self, x):
        return torch.clamp(self.conv(x), min=0)


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        widths = {1: out_1x1, 3: out_3x3, 5: out_5x5}
        self.sizes = nn.ModuleList([ConvReLU(in_channels, width, k) for k, width in widths.items()])
        self.pooled = ConvReLU(in_channels, out_pool, 1)

    def forward(self, x):
        highest = nn.functional.max_pool2d(x, 3, 1, 1)
        return torch.cat([conv(x) for conv in self.sizes] + [self.pooled(highest)], 1)
