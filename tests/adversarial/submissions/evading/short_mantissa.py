"""Products of ten bits, as some GPUs make them, summed in single precision."""

import torch
from torch import nn

def short(x):
    if x.dtype is not torch.float32:
        return x
    return x + ((x.detach().view(torch.int32) & ~0x1FFF).view(torch.float32) - x.detach())


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        y = torch.einsum("kc,nchw->nkhw", short(self.weight), short(x))
        return y if self.bias is None else y + self.bias[:, None, None]
