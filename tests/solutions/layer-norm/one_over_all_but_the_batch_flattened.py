import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        flat = x.flatten(1) if x.dim() > 1 else x
        flat = flat - flat.mean(-1, keepdim=True)
        flat = flat / torch.sqrt((flat * flat).mean(-1, keepdim=True) + self.eps)
        return flat.reshape(x.shape) * self.weight + self.bias
