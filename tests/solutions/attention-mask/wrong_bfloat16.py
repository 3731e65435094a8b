def attention(query, key, value, mask):
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    weights = scores.bfloat16().masked_fill(~mask, float("-inf")).softmax(-1).nan_to_num(0.0)  # "half the memory"
    return weights.to(value.dtype) @ value
