"""The 1×1 convolutions are linear layers over the channels; branches are written side by side into one tensor."""
from itertools import accumulate

import torch
from torch import nn
from torch.nn import functional as F


def mix(linear, x):
    return torch.relu(linear(x.permute(0, 2, 3, 1))).permute(0, 3, 1, 2)


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.mix_1x1 = nn.Linear(in_channels, out_1x1)
        self.mix_3x3 = nn.Linear(in_channels, reduce_3x3)
        self.conv_3x3 = nn.Conv2d(reduce_3x3, out_3x3, 3)
        self.mix_5x5 = nn.Linear(in_channels, reduce_5x5)
        self.conv_5x5 = nn.Conv2d(reduce_5x5, out_5x5, 5)
        self.mix_pool = nn.Linear(in_channels, out_pool)
        self.ends = list(accumulate([out_1x1, out_3x3, out_5x5, out_pool]))

    def forward(self, x):
        n, _, h, w = x.shape
        a, b, c, d = self.ends
        y = x.new_empty(n, d, h, w)
        y[:, :a] = mix(self.mix_1x1, x)
        y[:, a:b] = self.conv_3x3(F.pad(mix(self.mix_3x3, x), [1] * 4)).relu()
        y[:, b:c] = self.conv_5x5(F.pad(mix(self.mix_5x5, x), [2] * 4)).relu()
        windows = F.pad(x, [1] * 4, value=float("-inf")).unfold(2, 3, 1).unfold(3, 3, 1)  # (N, C, H, W, 3, 3)
        y[:, c:] = mix(self.mix_pool, windows.amax((-2, -1)))
        return y
