import math

import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    """out[n, k, h, w] = bias[k] + Σ_c weight[k, c] · x[n, c, h, w]."""

    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels))
        self.bias = nn.Parameter(torch.empty(out_channels)) if bias else None
        bound = 1 / math.sqrt(in_channels)  # as nn.Linear: outputs start at the inputs' size
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x):  # x: (N, C_in, H, W)
        y = torch.einsum("kc,nchw->nkhw", self.weight, x)  # mix channels, pixel by pixel: (N, C_out, H, W)
        if self.bias is None:
            return y
        return y + self.bias[:, None, None]  # (C_out, 1, 1): the same at each pixel
