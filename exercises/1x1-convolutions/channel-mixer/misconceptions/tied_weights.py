import torch
import torch.nn.functional as F
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(hidden_channels, channels, 1, 1) / channels**0.5)
        self.into_hidden = nn.Parameter(torch.zeros(hidden_channels))
        self.out_of_hidden = nn.Parameter(torch.zeros(channels))

    def forward(self, x):  # x: (N, C, H, W)
        hidden = torch.relu(F.conv2d(x, self.weight, self.into_hidden))  # (N, M, H, W)
        return F.conv2d(hidden, self.weight.transpose(0, 1), self.out_of_hidden)  # (N, C, H, W)
