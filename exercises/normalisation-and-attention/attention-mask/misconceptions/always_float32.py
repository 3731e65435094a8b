import math


def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    query, key, value = query.float(), key.float(), value.float()
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])  # (N, T, S)
    sees_nothing = ~mask.any(-1, keepdim=True)
    weights = scores.masked_fill(~mask & ~sees_nothing, float("-inf")).softmax(-1)
    return weights.masked_fill(sees_nothing, 0.0) @ value
