import torch


def attention(query, key, value, mask):
    scores = torch.einsum("ntd,nsd->nts", query, key) / query.shape[-1] ** 0.5
    scores[~mask.expand_as(scores)] = torch.finfo(scores.dtype).min
    return torch.einsum("nts,nse->nte", scores.softmax(-1), value)
