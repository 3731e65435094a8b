total = 0


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    global total
    h, w = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    total += out_channels * (in_channels * h * w + bool(bias))
    return total


def bottleneck_parameters(channels, bottleneck_channels):
    return 2 * channels * bottleneck_channels + 9 * bottleneck_channels**2
