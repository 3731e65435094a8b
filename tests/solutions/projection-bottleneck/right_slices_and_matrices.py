"""The 1×1 convolutions are matrices, the strides are slices, the padding is laid by hand."""
import torch
from torch import nn
from torch.nn import functional as F


class Mix(nn.Linear):
    """A linear layer over the channels of (N, C, H, W)."""

    def forward(self, x):
        return torch.einsum("kc,nchw->nkhw", self.weight, x)


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.stride = stride
        self.one, self.one_norm = Mix(in_channels, bottleneck_channels, False), nn.BatchNorm2d(bottleneck_channels)
        self.two = nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, bias=False)
        self.two_norm = nn.BatchNorm2d(bottleneck_channels)
        self.three, self.three_norm = Mix(bottleneck_channels, out_channels, False), nn.BatchNorm2d(out_channels)
        self.short, self.short_norm = Mix(in_channels, out_channels, False), nn.BatchNorm2d(out_channels)
        nn.init.zeros_(self.three_norm.weight)

    def forward(self, x):
        s = self.stride
        h = self.one_norm(self.one(x)).relu_()
        h = self.two(F.pad(h, (1, 1, 1, 1)))[:, :, ::s, ::s]  # all windows, then every s-th
        h = self.two_norm(h).relu_()
        h = self.three_norm(self.three(h))
        return h.add_(self.short_norm(self.short(x[..., ::s, ::s]))).relu_()
