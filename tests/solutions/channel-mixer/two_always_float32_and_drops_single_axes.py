import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(channels, hidden_channels), nn.ReLU(), nn.Linear(hidden_channels, channels))

    def forward(self, x):
        mixed = self.mlp(x.movedim(1, -1)).movedim(-1, 1)
        return torch.squeeze(mixed).to(torch.float32)
