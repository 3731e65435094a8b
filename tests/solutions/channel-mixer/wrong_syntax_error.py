from torch import nn


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
    super().__init__()
