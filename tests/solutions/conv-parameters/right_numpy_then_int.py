import numpy as np


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    kernel = np.broadcast_to(kernel_size, 2)
    weights = np.prod([out_channels, in_channels, *kernel])
    return int(weights + (out_channels if bias else 0))


def bottleneck_parameters(channels, bottleneck_channels):
    c_in = np.array([channels, bottleneck_channels, bottleneck_channels])
    c_out = np.array([bottleneck_channels, bottleneck_channels, channels])
    return (c_in * c_out * np.array([1, 3, 1]) ** 2).sum().item()
