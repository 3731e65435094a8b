import torch
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        widths = [channels, bottleneck_channels, bottleneck_channels, channels]
        self.steps = nn.ModuleList()
        for kernel, c_in, c_out in zip((1, 3, 1), widths, widths[1:]):
            self.steps.append(nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2, bias=False))
            self.steps.append(nn.BatchNorm2d(c_out))

    def forward(self, x):
        y = x
        for i in range(0, 6, 2):
            y = self.steps[i + 1](self.steps[i](y))
            if i < 4:
                y = y.clamp(min=0)
        return (x + y).clamp(min=0)
