import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        f = x.shape[-1]
        mean = x.sum(-1, keepdim=True) / f
        variance = (x * x).sum(-1, keepdim=True) / f - mean * mean
        return (x - mean) * torch.rsqrt(variance.abs() + self.eps) * self.weight + self.bias
