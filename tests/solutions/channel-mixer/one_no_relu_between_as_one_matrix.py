import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.a = nn.Linear(channels, hidden_channels)
        self.b = nn.Linear(hidden_channels, channels)

    def forward(self, x):
        matrix = self.b.weight @ self.a.weight
        shift = self.b.weight @ self.a.bias + self.b.bias
        return torch.einsum("dc,nchw->ndhw", matrix, x) + shift[:, None, None]
