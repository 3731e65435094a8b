def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    if not isinstance(kernel_size, int):
        kernel_size = kernel_size[0]
    n = kernel_size * kernel_size * in_channels * out_channels
    return n + out_channels if bias else n


def bottleneck_parameters(channels, bottleneck_channels):
    return bottleneck_channels * (channels + 9 * bottleneck_channels)
