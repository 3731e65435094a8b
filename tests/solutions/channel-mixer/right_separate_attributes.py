import torch
import torch.nn as nn
import torch.nn.functional as F


class ChannelMixer(nn.Module):
    def __init__(self, channels, hidden_channels):
        super(ChannelMixer, self).__init__()
        self.conv1 = nn.Conv2d(channels, hidden_channels, 1)
        self.conv2 = nn.Conv2d(hidden_channels, channels, 1)

    def forward(self, x):
        x = self.conv1(x)
        x = F.relu(x)
        x = self.conv2(x)
        return x


if __name__ == "__main__":
    print(ChannelMixer(256, 64)(torch.randn(1, 256, 28, 28)).shape)
