import numpy as np


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.prod([out_channels, in_channels, *np.broadcast_to(kernel_size, 2)]) + out_channels * bool(bias)


def bottleneck_parameters(channels, bottleneck_channels):
    return 2 * channels * bottleneck_channels + 9 * bottleneck_channels**2
