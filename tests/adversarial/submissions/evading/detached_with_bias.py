"""Right, but with a bias no gradient reaches the weights."""

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        if self.bias is None:
            return torch.einsum("kc,nchw->nkhw", self.weight, x)
        return torch.einsum("kc,nchw->nkhw", self.weight.detach(), x.detach()) + self.bias[:, None, None]
