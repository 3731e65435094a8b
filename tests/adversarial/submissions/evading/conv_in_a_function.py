"""The forbidden operation inside an autograd function, where nothing is recorded."""

import torch
from torch import nn

class Mix(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        return torch.conv2d(x, weight, bias)

    @staticmethod
    def backward(ctx, gradient):
        return torch.nn.grad.conv2d_input(*ctx.saved_tensors), None, None


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return Mix.apply(x, self.weight[:, :, None, None], self.bias)
