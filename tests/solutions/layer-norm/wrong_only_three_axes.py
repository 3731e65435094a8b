import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        n, t, f = x.shape
        mean = x.sum(2).reshape(n, t, 1) / f
        variance = ((x - mean) ** 2).sum(2).reshape(n, t, 1) / f
        return (x - mean) / (variance + self.eps) ** 0.5 * self.weight + self.bias
