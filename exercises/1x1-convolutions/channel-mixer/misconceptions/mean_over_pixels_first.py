import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.into_hidden = nn.Conv2d(channels, hidden_channels, 1)
        self.out_of_hidden = nn.Conv2d(hidden_channels, channels, 1)

    def forward(self, x):  # x: (N, C, H, W)
        mean = x.mean(dim=(2, 3), keepdim=True)  # (N, C, 1, 1)
        hidden = torch.relu(self.into_hidden(mean))  # (N, M, 1, 1)
        return self.out_of_hidden(hidden).expand(x.shape)  # the same at each pixel: (N, C, H, W)
