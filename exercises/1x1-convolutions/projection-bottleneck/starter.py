from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        raise NotImplementedError("create the main path's layers, then the shortcut's")

    def forward(self, x):  # x: (N, C_in, H, W)
        raise NotImplementedError("return (N, C_out, H', W')")
