"""No layers at all: parameters, buffers and functions."""
import torch
import torch.nn.functional as F
from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        i, b, o = in_channels, bottleneck_channels, out_channels
        for n, shape in enumerate([(b, i, 1, 1), (b, b, 3, 3), (o, b, 1, 1), (o, i, 1, 1)], start=1):
            setattr(self, f"kernel{n}", nn.Parameter(nn.init.kaiming_normal_(torch.empty(shape))))
            setattr(self, f"scale{n}", nn.Parameter(torch.ones(shape[0])))
            setattr(self, f"shift{n}", nn.Parameter(torch.zeros(shape[0])))
            self.register_buffer(f"mean{n}", torch.zeros(shape[0]))
            self.register_buffer(f"variance{n}", torch.ones(shape[0]))

    def conv_bn(self, n, x, stride=1, padding=0):
        y = F.conv2d(x, getattr(self, f"kernel{n}"), None, stride, padding)
        mean, variance = getattr(self, f"mean{n}"), getattr(self, f"variance{n}")
        return F.batch_norm(y, mean, variance, getattr(self, f"scale{n}"), getattr(self, f"shift{n}"), self.training)

    def forward(self, x):
        y = F.relu(self.conv_bn(1, x))
        y = F.relu(self.conv_bn(2, y, self.stride, 1))
        y = self.conv_bn(3, y)
        return F.relu(y + self.conv_bn(4, x, self.stride))
