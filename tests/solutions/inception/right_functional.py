"""No layers at all: parameters and functions; the pooling is a chain of maxima."""
import torch
import torch.nn.functional as F
from torch import nn


def kernel(c_out, c_in, size):
    return nn.Parameter(nn.init.kaiming_uniform_(torch.empty(c_out, c_in, size, size)))


def shift(c_out):
    return nn.Parameter(torch.zeros(c_out))


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.w1, self.b1 = kernel(out_1x1, in_channels, 1), shift(out_1x1)
        self.v3, self.a3 = kernel(reduce_3x3, in_channels, 1), shift(reduce_3x3)
        self.w3, self.b3 = kernel(out_3x3, reduce_3x3, 3), shift(out_3x3)
        self.v5, self.a5 = kernel(reduce_5x5, in_channels, 1), shift(reduce_5x5)
        self.w5, self.b5 = kernel(out_5x5, reduce_5x5, 5), shift(out_5x5)
        self.wp, self.bp = kernel(out_pool, in_channels, 1), shift(out_pool)

    def forward(self, x):
        h, w = x.shape[2:]
        beyond = F.pad(x, (1, 1, 1, 1), value=float("-inf"))
        pooled = x
        for i in range(3):
            for j in range(3):
                pooled = torch.maximum(pooled, beyond[:, :, i : i + h, j : j + w])
        return torch.cat([
            F.relu(F.conv2d(x, self.w1, self.b1)),
            F.relu(F.conv2d(F.relu(F.conv2d(x, self.v3, self.a3)), self.w3, self.b3, padding=1)),
            F.relu(F.conv2d(F.relu(F.conv2d(x, self.v5, self.a5)), self.w5, self.b5, padding=2)),
            F.relu(F.conv2d(pooled, self.wp, self.bp)),
        ], dim=1)
