import torch
from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.weight_in = nn.Parameter(torch.empty(hidden_channels, channels))
        self.bias_in = nn.Parameter(torch.empty(hidden_channels))
        self.weight_out = nn.Parameter(torch.empty(channels, hidden_channels))
        self.bias_out = nn.Parameter(torch.empty(channels))
        for weight, bias in ((self.weight_in, self.bias_in), (self.weight_out, self.bias_out)):
            nn.init.kaiming_uniform_(weight, nonlinearity="relu")
            nn.init.zeros_(bias)

    def forward(self, x):
        pixels = x.movedim(1, -1)  # (N, H, W, C)
        rows = pixels.flatten(0, 2)  # (N·H·W, C)
        hidden = torch.addmm(self.bias_in, rows, self.weight_in.T).relu_()
        mixed = torch.addmm(self.bias_out, hidden, self.weight_out.t())
        return mixed.unflatten(0, pixels.shape[:3]).movedim(-1, 1)
