import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.direct = nn.Sequential(nn.Conv2d(in_channels, out_1x1, 1), nn.ReLU(inplace=True))
        self.middle = self.reduced(in_channels, reduce_3x3, out_3x3, 3)
        self.large = self.reduced(in_channels, reduce_5x5, out_5x5, 5)
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(in_channels, out_pool, 1))

    def reduced(self, c_in, c_reduced, c_out, size):
        return nn.Sequential(
            nn.Conv2d(c_in, c_reduced, 1), nn.Conv2d(c_reduced, c_out, size, padding="same"), nn.ReLU(inplace=True)
        )

    def forward(self, x):
        return torch.cat([path(x) for path in self.children()], dim=1)
