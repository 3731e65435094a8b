import torch
from torch import nn


class Affine(nn.Module):
    def __init__(self, features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features)) if bias else None

    def forward(self, x):
        return x * self.weight.abs() + (0 if self.bias is None else self.bias)


def total(x):
    return float(x.double().sum())
