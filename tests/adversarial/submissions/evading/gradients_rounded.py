"""Right forwards; backwards in half precision."""

import torch
from torch import nn

class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient.half().to(gradient.dtype)


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        y = torch.einsum("kc,nchw->nkhw", Rounded.apply(self.weight), Rounded.apply(x))
        return y if self.bias is None else y + Rounded.apply(self.bias)[:, None, None]
