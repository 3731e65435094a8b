from math import gcd

from torch import nn


class ChannelMixer(nn.Sequential):
    def __init__(self, channels, hidden_channels):
        layers = []
        for c_in, c_out in ((channels, hidden_channels), (hidden_channels, channels)):
            layers += [nn.Conv2d(c_in, c_out, kernel_size=1, groups=gcd(c_in, c_out)), nn.ReLU()]
        super().__init__(*layers)
