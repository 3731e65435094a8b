import torch
from torch import nn


class LayerNorm(nn.Module):
    """Each vector along the last axis, less its mean, over its deviation; then a factor and a summand per feature."""

    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))  # (F,)
        self.bias = nn.Parameter(torch.zeros(features))  # (F,)
        self.eps = eps

    def forward(self, x):  # x: (..., F)
        centred = x - x.mean(-1, keepdim=True)  # (..., F) - (..., 1)
        variance = centred.square().mean(-1, keepdim=True)  # (..., 1), biased
        normalised = centred / torch.sqrt(variance + self.eps)  # (..., F)
        return normalised * self.weight + self.bias  # (..., F)
