import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.one = nn.Conv2d(in_channels, out_1x1, 1)
        self.reduce_to_three = nn.Conv2d(in_channels, reduce_3x3, 1)
        self.reduce_to_five = nn.Conv2d(in_channels, reduce_5x5, 1)
        self.after_pool = nn.Conv2d(in_channels, out_pool, 1)
        self.three = nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1)  # the larger kernels come last
        self.five = nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x):  # x: (N, C_in, H, W)
        three = self.three(torch.relu(self.reduce_to_three(x)))
        five = self.five(torch.relu(self.reduce_to_five(x)))
        outputs = [self.one(x), three, five, self.after_pool(self.pool(x))]
        return torch.relu(torch.cat(outputs, dim=1))
