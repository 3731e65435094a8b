import torch


def attention(query, key, value, mask):
    scores = torch.einsum("ntd,nsd->nts", query, key) * query.size(-1) ** -0.5
    scores = scores.masked_fill(mask == 0, float("-inf"))
    weights = torch.softmax(scores, dim=-1)
    weights = torch.nan_to_num(weights, nan=0.0)
    return torch.einsum("nts,nse->nte", weights, value)
