import torch


def attention(query, key, value, mask):
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    exponentials = torch.exp(scores.masked_fill(~mask, -torch.inf))
    return exponentials / exponentials.sum(-1, keepdim=True) @ value
