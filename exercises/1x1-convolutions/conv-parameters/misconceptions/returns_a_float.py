def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    weights = float(out_channels) * in_channels * height * width
    return weights + (out_channels if bias else 0)


def bottleneck_parameters(channels, bottleneck_channels):
    reduce = conv2d_parameters(channels, bottleneck_channels, 1, bias=False)
    look_around = conv2d_parameters(bottleneck_channels, bottleneck_channels, 3, bias=False)
    restore = conv2d_parameters(bottleneck_channels, channels, 1, bias=False)
    return reduce + look_around + restore
