import math


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    if isinstance(kernel_size, int):
        area = math.pow(kernel_size, 2)
    else:
        area = math.exp(sum(map(math.log, kernel_size)))
        area = float(round(area))
    return out_channels * (in_channels * area + bool(bias))


def bottleneck_parameters(channels, bottleneck_channels):
    return 2 * channels * bottleneck_channels + math.pow(3 * bottleneck_channels, 2)
