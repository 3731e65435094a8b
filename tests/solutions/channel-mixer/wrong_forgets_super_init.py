from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        self.first = nn.Conv2d(channels, hidden_channels, 1)
