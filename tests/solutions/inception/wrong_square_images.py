# Square images only: the sizes are taken from one side.
import torch
from torch import nn
from torch.nn import functional as F


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.one = nn.Conv2d(in_channels, out_1x1, 1)
        self.three = nn.Sequential(
            nn.Conv2d(in_channels, reduce_3x3, 1), nn.ReLU(), nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1)
        )
        self.five = nn.Sequential(
            nn.Conv2d(in_channels, reduce_5x5, 1), nn.ReLU(), nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2)
        )
        self.pool = nn.Conv2d(in_channels, out_pool, 1)

    def forward(self, x):
        n, c, side = x.shape[:3]
        pooled = F.max_pool2d(x, 3, 1, 1).reshape(n, c, side, side)
        return torch.relu(torch.cat([self.one(x), self.three(x), self.five(x), self.pool(pooled)], dim=1))
