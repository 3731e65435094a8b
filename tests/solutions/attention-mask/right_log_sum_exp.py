import torch
from torch import Tensor


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    scale = torch.sqrt(torch.tensor(query.shape[-1], dtype=query.dtype))
    logits = torch.matmul(query, key.transpose(-1, -2)) / scale
    logits = logits.masked_fill(~mask, -torch.inf)
    norm = torch.logsumexp(logits, dim=-1, keepdim=True)
    norm = norm.masked_fill(norm == -torch.inf, 0.0)
    return (logits - norm).exp() @ value
