import torch


def attention(query, key, value, mask):
    d = query.shape[-1]
    scores = torch.bmm(query, key.mT) / d**0.5
    mask = mask.expand_as(scores)
    scores = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    shifted = scores - scores.amax(-1, keepdim=True)
    exponentials = shifted.exp() * mask
    total = exponentials.sum(-1, keepdim=True)
    return torch.bmm(exponentials / torch.where(total == 0, torch.ones_like(total), total), value)
