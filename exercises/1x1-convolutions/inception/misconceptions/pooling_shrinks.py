import torch
from torch import nn
from torch.nn import functional as F


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.branch_1x1 = nn.Sequential(
            nn.Conv2d(in_channels, out_1x1, 1),
            nn.ReLU(),
        )
        self.branch_3x3 = nn.Sequential(
            nn.Conv2d(in_channels, reduce_3x3, 1),
            nn.ReLU(),
            nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1),
            nn.ReLU(),
        )
        self.branch_5x5 = nn.Sequential(
            nn.Conv2d(in_channels, reduce_5x5, 1),
            nn.ReLU(),
            nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2),
            nn.ReLU(),
        )
        self.branch_pool = nn.Sequential(
            nn.MaxPool2d(3, padding=1),  # its stride is 3, too
            nn.Conv2d(in_channels, out_pool, 1),
            nn.ReLU(),
        )

    def forward(self, x):  # x: (N, C_in, H, W)
        pooled = F.interpolate(self.branch_pool(x), size=x.shape[2:])  # stretched to (H, W) again
        return torch.cat([self.branch_1x1(x), self.branch_3x3(x), self.branch_5x5(x), pooled], dim=1)
