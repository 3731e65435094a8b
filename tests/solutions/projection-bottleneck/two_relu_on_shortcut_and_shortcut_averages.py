import torch
from torch import nn
from torch.nn import functional as F


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        b = bottleneck_channels
        self.convs = nn.ModuleList([
            nn.Conv2d(in_channels, b, 1, bias=False),
            nn.Conv2d(b, b, 3, stride, 1, bias=False),
            nn.Conv2d(b, out_channels, 1, bias=False),
            nn.Conv2d(in_channels, out_channels, 1, bias=False),
        ])
        self.norms = nn.ModuleList([nn.BatchNorm2d(width) for width in (b, b, out_channels, out_channels)])

    def forward(self, x):
        skip = x
        if self.stride > 1:
            skip = F.avg_pool2d(x, self.stride, ceil_mode=True, count_include_pad=False)
        skip = self.norms[3](self.convs[3](skip)).relu()
        y = self.norms[0](self.convs[0](x)).relu()
        y = self.norms[1](self.convs[1](y)).relu()
        y = self.norms[2](self.convs[2](y))
        return torch.relu(y + skip)
