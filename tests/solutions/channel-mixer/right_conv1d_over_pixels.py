from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.one = nn.Conv1d(channels, hidden_channels, 1)
        self.act = nn.Threshold(0.0, 0.0, inplace=True)
        self.two = nn.Conv1d(hidden_channels, channels, 1)

    def forward(self, x):
        return self.two(self.act(self.one(x.flatten(2)))).view_as(x)
