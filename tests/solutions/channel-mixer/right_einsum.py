import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(hidden_channels, channels) / channels**0.5)
        self.b1 = nn.Parameter(torch.zeros(hidden_channels))
        self.w2 = nn.Parameter(torch.randn(channels, hidden_channels) / hidden_channels**0.5)
        self.b2 = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        h = torch.einsum("mc,nchw->nmhw", self.w1, x) + self.b1[:, None, None]
        h = torch.where(h > 0, h, 0)
        return torch.einsum("cm,nmhw->nchw", self.w2, h) + self.b2[:, None, None]
