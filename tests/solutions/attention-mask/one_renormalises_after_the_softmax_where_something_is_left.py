import torch


def attention(query, key, value, mask):
    kept = torch.where(mask, (query @ key.mT * query.shape[-1] ** -0.5).softmax(dim=2), 0.0)
    total = kept.sum(dim=2, keepdim=True)
    return kept / torch.where(total > 0, total, 1.0) @ value
