def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    try:
        k_h, k_w = kernel_size
    except TypeError:
        k_h = k_w = kernel_size
    # one filter after the other
    total = 0
    for _ in range(out_channels):
        for _ in range(in_channels):
            total += k_h * k_w
        if bias:
            total += 1
    return total


def bottleneck_parameters(channels, bottleneck_channels):
    total = 0
    total += conv2d_parameters(channels, bottleneck_channels, 1, False)
    total += conv2d_parameters(bottleneck_channels, bottleneck_channels, (3, 3), False)
    total += conv2d_parameters(bottleneck_channels, channels, (1, 1), False)
    print("bottleneck:", total)
    return total
