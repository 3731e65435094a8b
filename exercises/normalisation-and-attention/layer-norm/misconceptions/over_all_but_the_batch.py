import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):  # x: (..., F)
        axes = tuple(range(min(1, x.dim() - 1), x.dim()))  # all but the batch
        centred = x - x.mean(axes, keepdim=True)
        variance = centred.square().mean(axes, keepdim=True)
        return centred / torch.sqrt(variance + self.eps) * self.weight + self.bias
