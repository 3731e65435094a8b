from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        raise NotImplementedError("create the branches, in the order of the table")

    def forward(self, x):  # x: (N, C_in, H, W)
        raise NotImplementedError("return (N, out_1x1 + out_3x3 + out_5x5 + out_pool, H, W)")
