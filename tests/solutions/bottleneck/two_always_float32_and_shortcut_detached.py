import torch
from torch import nn


def unit(c_in, c_out, kernel):
    return [nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2, bias=False), nn.BatchNorm2d(c_out)]


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        c, b = channels, bottleneck_channels
        self.inner = nn.Sequential(*unit(c, b, 1), nn.ReLU(), *unit(b, b, 3), nn.ReLU(), *unit(b, c, 1))

    def forward(self, x):
        with torch.no_grad():
            shortcut = x.clone()
        return (self.inner(x) + shortcut).clamp(min=0).to(torch.float32)
