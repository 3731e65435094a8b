import torch
from torch import nn


def conv_bn(c_in, c_out, size, step=1):
    convolution = nn.Conv2d(c_in, c_out, size, step, size // 2, bias=False)
    return [convolution, nn.BatchNorm2d(c_out, momentum=0.9)]


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.residual = nn.Sequential(
            *conv_bn(in_channels, bottleneck_channels, 1),
            nn.ReLU(inplace=True),
            *conv_bn(bottleneck_channels, bottleneck_channels, 3, stride),
            nn.ReLU(inplace=True),
            *conv_bn(bottleneck_channels, out_channels, 1),
        )
        self.downsample = None
        if stride != 1 or in_channels != out_channels:
            self.downsample = nn.Sequential(*conv_bn(in_channels, out_channels, 1, stride))

    def forward(self, x):
        identity = x if self.downsample is None else self.downsample(x)
        return torch.relu(self.residual(x) + identity)
