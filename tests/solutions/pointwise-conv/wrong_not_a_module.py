import torch


class PointwiseConv2d:
    def __init__(self, in_channels, out_channels, bias=True):
        self.weight = torch.randn(out_channels, in_channels)
        self.bias = torch.randn(out_channels) if bias else None

    def __call__(self, x):
        return torch.einsum("kc,nchw->nkhw", self.weight, x)
