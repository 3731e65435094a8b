import torch
from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        b = bottleneck_channels
        table = [  # from, to, kernel, stride
            (in_channels, b, 1, 1),
            (b, b, 3, stride),
            (b, out_channels, 1, 1),
            (in_channels, out_channels, 1, stride),
        ]
        self.steps = nn.ModuleList()
        for c_in, c_out, kernel, step in table:
            self.steps.append(nn.ModuleList([
                nn.Conv2d(c_in, c_out, kernel, step, padding=kernel // 2, bias=False),
                nn.BatchNorm2d(c_out),
            ]))

    def forward(self, x):
        *main, shortcut = self.steps
        y = x
        for i, (conv, norm) in enumerate(main):
            y = norm(conv(y))
            if i < 2:
                y = y.clamp(min=0)
        conv, norm = shortcut
        return (y + norm(conv(x))).clamp(min=0)
