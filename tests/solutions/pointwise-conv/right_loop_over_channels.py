import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.out_channels = out_channels
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) * 0.1) if bias else None

    def forward(self, x):
        maps = []
        for k in range(self.out_channels):
            total = (x * self.weight[k].reshape(1, -1, 1, 1)).sum(dim=1)
            if self.bias is not None:
                total = total + self.bias[k]
            maps.append(total)
        return torch.stack(maps, dim=1)
