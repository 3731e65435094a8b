import torch.nn.functional as F
from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.squeeze = nn.Conv2d(in_channels, bottleneck_channels, 1, stride=stride, bias=False)
        self.squeeze_bn = nn.BatchNorm2d(bottleneck_channels)
        self.spatial = nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, padding=1, bias=False)
        self.spatial_bn = nn.BatchNorm2d(bottleneck_channels)
        self.widen = nn.Conv2d(bottleneck_channels, out_channels, 1, bias=False)
        self.widen_bn = nn.BatchNorm2d(out_channels)
        self.skip = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)
        self.skip_bn = nn.BatchNorm2d(out_channels)

    def forward(self, images):
        hidden = F.relu(self.squeeze_bn(self.squeeze(images)))
        hidden = F.relu(self.spatial_bn(self.spatial(hidden)))
        hidden = F.relu(self.widen_bn(self.widen(hidden)))
        return hidden + self.skip_bn(self.skip(images))
