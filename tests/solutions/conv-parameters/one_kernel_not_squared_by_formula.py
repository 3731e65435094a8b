def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    try:
        area = kernel_size[0] * kernel_size[1]
    except TypeError:
        area = kernel_size
    count = area * in_channels * out_channels
    if bias:
        count = count + out_channels
    return count


def bottleneck_parameters(channels, bottleneck_channels):
    return channels * bottleneck_channels * 2 + (3 * bottleneck_channels) ** 2
