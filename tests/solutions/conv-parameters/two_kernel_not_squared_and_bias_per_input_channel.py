def positions(kernel_size):
    if type(kernel_size) is tuple:
        h, w = kernel_size
        return h * w
    return kernel_size


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    total = positions(kernel_size) * in_channels * out_channels
    if bias:
        total += in_channels
    return total


def bottleneck_parameters(channels, bottleneck_channels):
    c, b = channels, bottleneck_channels
    return sum(conv2d_parameters(*args, bias=False) for args in [(c, b, 1), (b, b, 3), (b, c, 1)])
