# A view of all vectors: stops where memory is in another order.
import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        rows = x.view(-1, len(self.weight))
        centred = rows - rows.mean(1, keepdim=True)
        rows = centred / torch.sqrt(centred.square().mean(1, keepdim=True) + self.eps)
        return (rows * self.weight + self.bias).view(x.shape)
