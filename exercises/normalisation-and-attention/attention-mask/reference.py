import math


def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])  # (N, T, S)
    sees_nothing = ~mask.any(-1, keepdim=True)  # (T, 1), (N, T, 1) or (N, 1, 1)
    hidden = ~mask & ~sees_nothing  # the mask's shape; rows without any key keep their scores, so that no nan arises
    weights = scores.masked_fill(hidden, float("-inf")).softmax(-1)  # (N, T, S), rows sum to 1
    return weights.masked_fill(sees_nothing, 0.0) @ value  # (N, T, E)
