import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features, eps=1e-5):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps = eps

    def forward(self, x):
        short = x.bfloat16()  # "nobody sees the digits"
        centred = short - short.mean(-1, keepdim=True)
        variance = centred.square().mean(-1, keepdim=True)
        normalised = centred / torch.sqrt(variance + self.eps)
        return normalised.to(x.dtype) * self.weight + self.bias
