def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    if isinstance(kernel_size, tuple):
        h, w = kernel_size
    else:
        h = w = kernel_size
    params = h * w * in_channels * out_channels
    if bias:
        params += out_channels
    return params


def bottleneck_parameters(channels, bottleneck_channels):
    return 2 * channels * bottleneck_channels + 9 * bottleneck_channels ** 2


if __name__ == "__main__":
    print(conv2d_parameters(256, 64, 1, bias=False), bottleneck_parameters(256, 64))
