import torch
import torch.nn.functional as F
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.one = nn.Conv2d(in_channels, out_1x1, 1)
        self.to_three, self.three = nn.Conv2d(in_channels, reduce_3x3, 1), nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1)
        self.to_five, self.five = nn.Conv2d(in_channels, reduce_5x5, 1), nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2)
        self.last = nn.Conv2d(in_channels, out_pool, 1)

    def forward(self, x):
        windows = F.pad(x, (1, 1, 1, 1)).unfold(2, 3, 1).unfold(3, 3, 1)
        outputs = [
            self.one(x),
            self.three(self.to_three(x).relu()),
            self.five(self.to_five(x).relu()),
            self.last(windows.amax(dim=(4, 5))),
        ]
        return torch.cat(outputs, dim=1).relu()
