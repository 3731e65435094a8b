from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(channels, hidden_channels, 1), nn.ReLU(), nn.Conv2d(hidden_channels, channels, 1))

    def forward(self, x):
        self.net(x)
