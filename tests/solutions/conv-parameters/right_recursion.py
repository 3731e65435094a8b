# One number is a pair of two equal ones; a bias is counted on top.
def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    if bias:
        return out_channels + conv2d_parameters(in_channels, out_channels, kernel_size, False)
    if type(kernel_size) is int:
        return conv2d_parameters(in_channels, out_channels, (kernel_size, kernel_size), False)
    return in_channels * out_channels * kernel_size[0] * kernel_size[1]


def bottleneck_parameters(channels, bottleneck_channels, kernels=(1, 3, 1)):
    if not kernels:
        return 0
    first, *rest = kernels
    if len(kernels) == 3:
        count = conv2d_parameters(channels, bottleneck_channels, first, bias=False)
    elif len(kernels) == 2:
        count = conv2d_parameters(bottleneck_channels, bottleneck_channels, first, bias=False)
    else:
        count = conv2d_parameters(bottleneck_channels, channels, first, bias=False)
    return count + bottleneck_parameters(channels, bottleneck_channels, rest)
