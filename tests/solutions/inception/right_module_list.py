"""One ReLU after all: a ReLU does not care on which side of a concatenation it stands."""
import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.branches = nn.ModuleList([nn.Conv2d(in_channels, out_1x1, 1)])
        for kernel, reduced, out in ((3, reduce_3x3, out_3x3), (5, reduce_5x5, out_5x5)):
            reduction, look = nn.Conv2d(in_channels, reduced, 1), nn.Conv2d(reduced, out, kernel, padding=kernel // 2)
            self.branches.append(nn.Sequential(reduction, nn.ReLU(), look))
        self.branches.append(nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, out_pool, 1)))

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=-3).clamp(min=0)
