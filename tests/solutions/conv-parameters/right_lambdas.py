pair = lambda k: (k, k) if isinstance(k, int) else tuple(k)
area = lambda k: pair(k)[0] * pair(k)[1]

conv2d_parameters = lambda in_channels, out_channels, kernel_size, bias=True: (
    out_channels * (in_channels * area(kernel_size) + bool(bias))
)
bottleneck_parameters = lambda channels, bottleneck_channels: bottleneck_channels * (
    channels + 9 * bottleneck_channels + channels
)
