import math

import torch


def attention(query, key, value, mask):
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-2, -1)
    weights = torch.softmax(scores.masked_fill(torch.logical_not(mask), -1e9), dim=-1)
    return (weights * mask) @ value
