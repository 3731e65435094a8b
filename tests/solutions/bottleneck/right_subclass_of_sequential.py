from collections import OrderedDict

import torch
from torch import nn


class Bottleneck(nn.Sequential):
    def __init__(self, channels, bottleneck_channels):
        super().__init__(OrderedDict(
            reduce=nn.Conv2d(channels, bottleneck_channels, 1, bias=False),
            norm_reduced=nn.BatchNorm2d(bottleneck_channels),
            first=nn.ReLU(),
            look_around=nn.Conv2d(bottleneck_channels, bottleneck_channels, (3, 3), padding=(1, 1), bias=False),
            norm_around=nn.BatchNorm2d(bottleneck_channels),
            second=nn.ReLU(),
            restore=nn.Conv2d(bottleneck_channels, channels, 1, bias=False),
            norm_restored=nn.BatchNorm2d(channels),
        ))

    def forward(self, x):
        return torch.relu(super().forward(x).add(x))
