from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super().__init__()
        self.mix = nn.ModuleDict({
            "in": nn.Conv2d(channels, hidden_channels, 1),
            "act": nn.ReLU(),
            "out": nn.Conv2d(hidden_channels, channels, 1),
        })

    def forward(self, x):
        y = x
        for layer in self.mix.values():
            y = layer(y)
        y += x
        return y
