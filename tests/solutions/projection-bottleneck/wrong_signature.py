from torch import nn


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels):
        super().__init__()
        self.main = nn.Conv2d(in_channels, out_channels, 1)

    def forward(self, x):
        return self.main(x)
