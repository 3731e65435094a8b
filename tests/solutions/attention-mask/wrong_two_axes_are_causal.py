# A mask of two axes is taken for the causal one.
import torch


def attention(query, key, value, mask):
    scores = query @ key.transpose(1, 2) / query.shape[-1] ** 0.5
    if mask.dim() == 2:
        mask = torch.ones_like(mask).tril()
    return scores.masked_fill(~mask, float("-inf")).softmax(-1).nan_to_num(0.0) @ value
