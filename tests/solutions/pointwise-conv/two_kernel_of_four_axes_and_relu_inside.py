import torch.nn as nn
import torch.nn.functional as F


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        start = nn.Linear(in_channels, out_channels, bias=bias)
        self.weight = nn.Parameter(start.weight.detach()[..., None, None].clone())
        self.bias = start.bias

    def forward(self, x):
        kernel = self.weight.flatten(1)
        return F.relu(F.linear(x.movedim(1, 3), kernel, self.bias)).movedim(3, 1)
