import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.shares = [1 / features] * features
        self.eps = eps

    def mean(self, x):
        return (x @ x.new_tensor(self.shares)).unsqueeze(-1)

    def forward(self, x):
        x = x - self.mean(x)
        return x * (self.mean(x * x) + self.eps) ** -0.5 * self.weight + self.bias
