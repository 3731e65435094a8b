def Bottleneck(channels, bottleneck_channels):
    return channels * bottleneck_channels
