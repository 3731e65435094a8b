from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn


def normalised(x: Tensor, eps: float) -> Tensor:
    """(..., F) -> (..., F); a length over the root of F is a deviation."""
    centred = x.sub(x.mean(dim=-1, keepdim=True))
    deviation = torch.linalg.vector_norm(centred, dim=-1, keepdim=True) / x.shape[-1] ** 0.5
    return centred / torch.hypot(deviation, torch.full_like(deviation, eps**0.5))


class LayerNorm(nn.Module):
    def __init__(self, features: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(features))
        self.bias = nn.Parameter(torch.zeros(features))
        self.eps: Final = eps

    def forward(self, x: Tensor) -> Tensor:
        return torch.lerp(self.bias, self.bias + self.weight, normalised(x, self.eps))
