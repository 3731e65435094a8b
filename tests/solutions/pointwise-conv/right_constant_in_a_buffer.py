import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None
        self.register_buffer("scale", torch.tensor(1.0))

    def forward(self, x):
        n, c, h, w = x.shape
        y = self.weight @ x.reshape(n, c, h * w)
        if self.bias is not None:
            y = y + self.bias[:, None]
        return (self.scale * y).reshape(n, -1, h, w)
