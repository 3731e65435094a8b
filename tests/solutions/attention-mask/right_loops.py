import torch


def attention(query, key, value, mask):
    n, t, d = query.shape
    s, e = value.shape[1:]
    mask = mask.expand(n, t, s) if mask.dim() == 3 else mask.unsqueeze(0).expand(n, t, s)
    out = torch.zeros(n, t, e, dtype=query.dtype)
    for i in range(n):
        for j in range(t):
            seen = mask[i, j].nonzero().flatten()
            if len(seen):
                scores = key[i, seen] @ query[i, j] / d**0.5
                out[i, j] = torch.softmax(scores, 0) @ value[i, seen]
    return out
