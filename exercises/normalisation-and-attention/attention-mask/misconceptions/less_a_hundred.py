import math


def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])  # (N, T, S)
    sees_nothing = ~mask.any(-1, keepdim=True)

    weights = (scores - 100.0 * ~mask).softmax(-1)
    return weights.masked_fill(sees_nothing, 0.0) @ value
