import torch


def attention(query, key, value, mask):
    """True hides, as `attn_mask` of nn.MultiheadAttention has it."""
    scores = torch.bmm(query, key.mT) / key.size(-1) ** 0.5
    weights = torch.softmax(torch.where(mask, -torch.inf, scores), dim=-1)
    return torch.bmm(torch.nan_to_num(weights), value)
