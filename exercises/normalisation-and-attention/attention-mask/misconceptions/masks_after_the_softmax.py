import math


def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])  # (N, T, S)
    return (scores.softmax(-1) * mask) @ value
