def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True)
    return in_channels * out_channels * kernel_size**2
