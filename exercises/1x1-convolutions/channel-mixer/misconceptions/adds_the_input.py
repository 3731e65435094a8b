import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.into_hidden = nn.Conv2d(channels, hidden_channels, 1)
        self.out_of_hidden = nn.Conv2d(hidden_channels, channels, 1)

    def forward(self, x):  # x: (N, C, H, W)
        hidden = torch.relu(self.into_hidden(x))  # (N, M, H, W)
        return x + self.out_of_hidden(hidden)  # (N, C, H, W)
