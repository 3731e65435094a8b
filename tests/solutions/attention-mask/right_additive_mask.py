import torch


def attention(query, key, value, mask):
    bias = torch.zeros(mask.shape, dtype=query.dtype)
    bias[~mask] = -torch.inf
    weights = (query @ key.permute(0, 2, 1) / query.shape[2] ** 0.5 + bias).softmax(2)
    weights = torch.where(torch.isnan(weights), torch.zeros_like(weights), weights)
    return weights @ value
