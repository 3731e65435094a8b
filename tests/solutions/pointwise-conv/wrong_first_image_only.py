import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):
        c, h, w = x.shape[1:]
        y = (self.weight @ x[0].reshape(c, h * w)).reshape(1, -1, h, w)
        return y if self.bias is None else y + self.bias[:, None, None]
