import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter((torch.rand(out_channels, in_channels, 1, 1) * 2 - 1) / in_channels**0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels)) if bias else None

    def forward(self, x):  # x: (N, C_in, H, W)
        y = torch.einsum("kcij,nchw->nkhw", self.weight, x)  # (N, C_out, H, W)
        return y if self.bias is None else y + self.bias[:, None, None]
