# One mean of all numbers, kept from the first call on.
import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps
        self.mean = None

    def forward(self, x):
        if self.mean is None:
            self.mean, self.variance = x.mean(), x.var(correction=0)
        return (x - self.mean) / torch.sqrt(self.variance + self.eps) * self.weight + self.bias
