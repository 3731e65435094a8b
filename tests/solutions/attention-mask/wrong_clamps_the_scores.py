# No overflow, and scores above 80 are all the same.
def attention(query, key, value, mask):
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    exponentials = scores.clamp(-80, 80).exp() * mask
    return exponentials / exponentials.sum(-1, keepdim=True).clamp(min=1e-38) @ value
