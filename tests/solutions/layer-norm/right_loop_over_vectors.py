import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.register_parameter("weight", nn.Parameter(torch.ones(features)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(features)))
        self.eps = eps

    def one(self, v: torch.Tensor) -> torch.Tensor:
        mu = v.mean()
        sigma = torch.sqrt(((v - mu) ** 2).mean() + self.eps)
        return self.weight * ((v - mu) / sigma) + self.bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.ndim == 1:
            return self.one(x)
        return torch.stack([self.forward(part) for part in x])
