from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels, stride):
        super().__init__()
