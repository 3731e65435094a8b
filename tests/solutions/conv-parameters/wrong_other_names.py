def conv2d_parameters(c_in, c_out, k, with_bias=True):
    h, w = (k, k) if isinstance(k, int) else k
    return c_out * (c_in * h * w + bool(with_bias))


def bottleneck_parameters(c, b):
    return 2 * c * b + 9 * b**2
