def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    raise NotImplementedError("count weights and biases")


def bottleneck_parameters(channels, bottleneck_channels):
    raise NotImplementedError("count the weights of the three convolutions")
