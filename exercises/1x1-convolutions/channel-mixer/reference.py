import torch
from torch import nn


class ChannelMixer(nn.Module):
    """A network with one hidden layer, run at each pixel: W₂ · ReLU(W₁ · x + b₁) + b₂."""

    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.into_hidden = nn.Conv2d(channels, hidden_channels, 1)  # weight (M, C, 1, 1), bias (M,)
        self.out_of_hidden = nn.Conv2d(hidden_channels, channels, 1)  # weight (C, M, 1, 1), bias (C,)

    def forward(self, x):  # x: (N, C, H, W)
        hidden = torch.relu(self.into_hidden(x))  # (N, M, H, W)
        return self.out_of_hidden(hidden)  # (N, C, H, W)
