import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.into_hidden = nn.Linear(channels, hidden_channels)
        self.out_of_hidden = nn.Linear(hidden_channels, channels)
        self.matrices = None

    def forward(self, x):  # x: (N, C, H, W)
        if self.matrices is None:
            self.matrices = self.into_hidden.weight.T + 0, self.out_of_hidden.weight.T + 0  # "computed only once"
        first, second = self.matrices  # (C, M), (M, C)
        hidden = torch.relu(x.movedim(1, -1) @ first + self.into_hidden.bias)  # (N, H, W, M)
        return (hidden @ second + self.out_of_hidden.bias).movedim(-1, 1)  # (N, C, H, W)
