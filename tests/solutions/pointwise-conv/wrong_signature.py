import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, channels))

    def forward(self, x):
        return torch.einsum("kc,nchw->nkhw", self.weight, x)
