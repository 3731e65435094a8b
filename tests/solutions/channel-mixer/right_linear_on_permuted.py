import torch
from torch import nn


class ChannelMixer(nn.Module):
    """The same network at each pixel, written as one."""

    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(channels, hidden_channels), nn.ReLU(), nn.Linear(hidden_channels, channels))

    def forward(self, x):
        return self.mlp(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
