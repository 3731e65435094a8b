import math


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    window = kernel_size if hasattr(kernel_size, "__iter__") else [kernel_size] * 2
    one_filter = math.prod([in_channels, *window]) + int(bias)
    return one_filter * out_channels


def bottleneck_parameters(channels, bottleneck_channels):
    shapes = [
        (bottleneck_channels, channels, 1, 1),
        (bottleneck_channels, bottleneck_channels, 3, 3),
        (channels, bottleneck_channels, 1, 1),
    ]
    return sum(math.prod(shape) for shape in shapes)
