def attention(query, key, value, mask):
    n, t, s = mask.shape
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    hidden = ~mask.expand(n, query.shape[1], s)
    return scores.masked_fill(hidden, float("-inf")).softmax(-1).nan_to_num(0.0) @ value
