import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.first = nn.Conv2d(channels, hidden_channels, 1)
        self.second = nn.Conv2d(hidden_channels, channels, 1)

    def forward(self, x):
        hidden = torch.relu(self.first(x)).detach()
        return self.second(hidden)
