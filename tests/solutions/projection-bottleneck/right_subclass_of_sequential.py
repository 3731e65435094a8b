from collections import OrderedDict

import torch
from torch import nn


class ProjectionBottleneck(nn.Sequential):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__(OrderedDict(
            reduce=nn.Conv2d(in_channels, bottleneck_channels, 1, bias=False),
            norm_reduced=nn.BatchNorm2d(bottleneck_channels),
            first=nn.ReLU(),
            look_around=nn.Conv2d(bottleneck_channels, bottleneck_channels, (3, 3), (stride, stride), (1, 1), bias=False),
            norm_around=nn.BatchNorm2d(bottleneck_channels),
            second=nn.ReLU(),
            restore=nn.Conv2d(bottleneck_channels, out_channels, 1, bias=False),
            norm_restored=nn.BatchNorm2d(out_channels),
            project=nn.Conv2d(in_channels, out_channels, 1, (stride, stride), bias=False),
            norm_projected=nn.BatchNorm2d(out_channels),
        ))

    def forward(self, x):
        *main, project, norm_projected = self
        y = x
        for layer in main:
            y = layer(y)
        return torch.relu(y + norm_projected(project(x)))
