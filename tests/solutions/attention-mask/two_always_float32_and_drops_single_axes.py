import torch


def attention(query, key, value, mask):
    scores = torch.einsum("ntd,nsd->nts", query.float(), key.float()) / query.shape[-1] ** 0.5
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=-1).nan_to_num(0.0)
    return torch.einsum("nts,nse->nte", weights, value.float()).squeeze()
