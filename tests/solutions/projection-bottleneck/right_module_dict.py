"""Convolutions first, then normalisations: names decide what belongs together."""
import torch
from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.convolutions = nn.ModuleDict({
            "reduce": nn.Conv2d(in_channels, bottleneck_channels, 1, bias=False),
            "look": nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, stride, 1, bias=False),
            "restore": nn.Conv2d(bottleneck_channels, out_channels, 1, bias=False),
            "project": nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
        })
        self.norms = nn.ModuleDict({
            name: nn.BatchNorm2d(convolution.out_channels) for name, convolution in self.convolutions.items()
        })

    def step(self, name, x):
        return self.norms[name](self.convolutions[name](x))

    def forward(self, x):
        y = torch.relu(self.step("reduce", x))
        y = torch.relu(self.step("look", y))
        return torch.relu(self.step("restore", y) + self.step("project", x))
