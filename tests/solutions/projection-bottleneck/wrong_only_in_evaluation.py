# Normalises by its own running numbers, which training never moves.
import torch
from torch import nn


class Norm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x):
        scale = self.weight / (self.running_var + 1e-5).sqrt()
        return (x - self.running_mean[:, None, None]) * scale[:, None, None] + self.bias[:, None, None]


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        b = bottleneck_channels
        self.main = nn.Sequential(
            nn.Conv2d(in_channels, b, 1, bias=False), Norm(b), nn.ReLU(),
            nn.Conv2d(b, b, 3, stride, padding=1, bias=False), Norm(b), nn.ReLU(),
            nn.Conv2d(b, out_channels, 1, bias=False), Norm(out_channels),
        )
        self.shortcut = nn.Sequential(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False), Norm(out_channels))

    def forward(self, x):
        return torch.relu(self.main(x) + self.shortcut(x))
