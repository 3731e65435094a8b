def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    weights = out_channels * in_channels * height * width
    return weights + (out_channels if bias else 0)


def bottleneck_parameters(channels, bottleneck_channels):
    c, b = channels, bottleneck_channels
    return c * b + 9 * b * b
