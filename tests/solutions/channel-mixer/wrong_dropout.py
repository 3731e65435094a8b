from torch import nn


class ChannelMixer(nn.Sequential):
    def __init__(self, channels, hidden_channels):
        super().__init__(
            nn.Conv2d(channels, hidden_channels, 1),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Conv2d(hidden_channels, channels, 1),
        )
