# Drops pixels in training.
import torch
from torch import nn


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
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, out_pool, 1))
        self.dropout = nn.Dropout(0.4)

    def forward(self, x):
        y = torch.relu(torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], dim=1))
        return self.dropout(y)
