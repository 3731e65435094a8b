from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        self.reduce = nn.Conv2d(channels, bottleneck_channels, 1, bias=False)
