import torch
from torch import nn


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels))
        nn.init.kaiming_uniform_(self.weight, a=5**0.5)
        if bias:
            self.bias = nn.Parameter(torch.zeros(out_channels))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        out = torch.einsum("oi,bihw->bohw", self.weight, x)
        if self.bias is not None:
            out = out + self.bias.view(1, -1, 1, 1)
        return out


if __name__ == "__main__":
    layer = PointwiseConv2d(256, 64)
    print(layer(torch.randn(2, 256, 28, 28)).shape)
