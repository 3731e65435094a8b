# A length of one, which is a variance of 1 / F.
import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        x = x - x.mean(-1, keepdim=True)
        return nn.functional.normalize(x, dim=-1, eps=self.eps) * self.weight + self.bias
