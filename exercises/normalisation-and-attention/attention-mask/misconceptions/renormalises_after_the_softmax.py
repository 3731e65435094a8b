import math


def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])  # (N, T, S)

    weights = scores.softmax(-1) * mask
    return weights / weights.sum(-1, keepdim=True).clamp(min=1e-30) @ value
