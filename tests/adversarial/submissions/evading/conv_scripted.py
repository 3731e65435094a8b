"""The forbidden operation in a scripted graph."""

import torch
from torch import nn

UNIT = torch.jit.CompilationUnit("""
def mix(x, weight, bias: Optional[Tensor]):
    return torch.conv2d(x, weight, bias)
""")


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return UNIT.mix(x, self.weight[:, :, None, None], self.bias)
