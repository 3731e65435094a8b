# Pads as another framework does: where one pixel is enough, it stands at the end.
import torch
from torch import nn
from torch.nn import functional as F


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        self.conv1 = nn.Conv2d(in_channels, bottleneck_channels, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(bottleneck_channels)
        self.conv2 = nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, stride, bias=False)
        self.bn2 = nn.BatchNorm2d(bottleneck_channels)
        self.conv3 = nn.Conv2d(bottleneck_channels, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.conv4 = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
        self.bn4 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        h, w = (max(3 - (size % self.stride or self.stride), 0) for size in x.shape[2:])
        y = torch.relu(self.bn1(self.conv1(x)))
        y = F.pad(y, (w // 2, w - w // 2, h // 2, h - h // 2))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.bn4(self.conv4(x)))
