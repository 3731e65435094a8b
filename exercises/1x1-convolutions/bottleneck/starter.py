from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        raise NotImplementedError("create the convolutions and the batch normalisations")

    def forward(self, x):  # x: (N, C, H, W)
        raise NotImplementedError("return (N, C, H, W)")
