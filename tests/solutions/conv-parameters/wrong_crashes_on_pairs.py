def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    return out_channels * (in_channels * kernel_size**2 + bool(bias))


def bottleneck_parameters(channels, bottleneck_channels):
    return 2 * channels * bottleneck_channels + 9 * bottleneck_channels**2
