# Says nothing of bias=False; the block is counted by its own formula, which is right.
import math


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    size = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    return (in_channels * math.prod(size) + 1) * out_channels


def bottleneck_parameters(channels, bottleneck_channels):
    return bottleneck_channels * (2 * channels + 9 * bottleneck_channels)
