def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    """Weights: one kernel for each pair of an output and an input channel. Biases: one for each output channel."""
    height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    weights = out_channels * in_channels * height * width  # the weight is (C_out, C_in, height, width)
    biases = out_channels if bias else 0  # the bias is (C_out,)
    return weights + biases


def bottleneck_parameters(channels, bottleneck_channels):
    """Weights of 1×1, 3×3 and 1×1; only the 1×1 convolutions see all channels."""
    reduce = conv2d_parameters(channels, bottleneck_channels, 1, bias=False)  # (B, C, 1, 1)
    look_around = conv2d_parameters(bottleneck_channels, bottleneck_channels, 3, bias=False)  # (B, B, 3, 3)
    restore = conv2d_parameters(bottleneck_channels, channels, 1, bias=False)  # (C, B, 1, 1)
    return reduce + look_around + restore
