import torch

from grader.kit import Draw, Subject, claim, close, scenario


def causal(length):
    return torch.ones(length, length, dtype=torch.bool).tril()  # (T, T)


def gaps(sequences, queries, keys):
    """A mask with gaps: each query may look at the first key and some others, and may not look at the last."""
    n, t, s = torch.arange(sequences), torch.arange(queries), torch.arange(keys)
    mask = (2 * n[:, None, None] + t[:, None] + s) % 3 != 0  # (N, T, S)
    mask[..., 0], mask[..., -1] = True, False
    return mask


def nan_apart(output):
    """Where it is nan, and the rest: nan equals nothing, not even itself."""
    return {"nan": output.isnan(), "output": output.nan_to_num(nan=0.0)}


@scenario(points=3, title="Two small sequences", visibility="public")
def small_sequences(subject: Subject, draw: Draw):
    query, key, value = draw.normal(2, 3, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 2)
    return subject.attention(query, key, value, gaps(2, 3, 5))  # (2, 3, 2)


@scenario(points=1, title="Nothing is masked")
def nothing_masked(subject: Subject, draw: Draw):
    query, key, value = draw.normal(2, 5, 9), draw.normal(2, 3, 9), draw.normal(2, 3, 4)
    return subject.attention(query, key, value, torch.ones(5, 3, dtype=torch.bool))  # (2, 5, 4)


@scenario(points=3, title="A causal mask, the same for three sequences")
def causal_mask(subject: Subject, draw: Draw):
    query, key, value = draw.normal(3, 6, 4), draw.normal(3, 6, 4), draw.normal(3, 6, 5)
    return subject.attention(query, key, value, causal(6))  # (3, 6, 5)


@scenario(points=2, title="A padding mask, one for each sequence")
def padding_mask(subject: Subject, draw: Draw):
    query, key, value = draw.normal(3, 4, 6), draw.normal(3, 5, 6), draw.normal(3, 5, 2)
    lengths = torch.tensor([5, 2, 3])  # (N,)
    mask = torch.arange(5) < lengths[:, None, None]  # (3, 1, 5)
    return subject.attention(query, key, value, mask)  # (3, 4, 2)


@scenario(points=1, title="One key for each query")
def one_key_each(subject: Subject, draw: Draw):
    query, key, value = draw.normal(2, 4, 3), draw.normal(2, 5, 3), draw.normal(2, 5, 6)
    mask = torch.arange(5) == torch.tensor([[3], [0], [4], [1]])  # (4, 5)
    return subject.attention(query, key, value, mask)  # (2, 4, 6)


@scenario(points=1, title="A single query of a single sequence")
def single_query(subject: Subject, draw: Draw):
    query, key, value = draw.normal(1, 1, 7), draw.normal(1, 4, 7), draw.normal(1, 4, 3)
    return subject.attention(query, key, value, torch.tensor([[True, False, True, True]]))  # (1, 1, 3)


@scenario(points=3, title="Queries that may look at nothing")
def sees_nothing(subject: Subject, draw: Draw):
    query, key, value = draw.normal(2, 3, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 2)
    mask = gaps(2, 3, 5)
    mask[0, 1] = mask[1, 2] = False
    output = subject.attention(query, key, value, mask)
    return nan_apart(output)


@scenario(points=2, title="Large scores")
def large_scores(subject: Subject, draw: Draw):
    query, key, value = 1 + draw.uniform(2, 3, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 3)
    key[0, 0], key[0, 1] = 1000.0, 900.0  # 2,000 and more, two hundred apart, and all may look at the larger one
    key[1] = -1000.0 - 100.0 * torch.arange(5)[:, None]  # -2,000 and less, also what is hidden
    output = subject.attention(query, key, value, gaps(2, 3, 5))
    return nan_apart(output)


@scenario(points=2, title="Large scores that are masked")
def large_masked_scores(subject: Subject, draw: Draw):
    query, key, value = 1 + draw.uniform(2, 3, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 3)
    key[:, -1] = 1000.0  # at least 2,000 for each query, and nobody may look
    return subject.attention(query, key, value, gaps(2, 3, 5))  # (2, 3, 3)


@scenario(points=1, title="Double precision and transposed arguments")
def double_and_transposed(subject: Subject, draw: Draw):
    wide = torch.float64
    query, key = draw.normal(2, 5, 4, dtype=wide).transpose(1, 2), draw.normal(2, 5, 7, dtype=wide).transpose(1, 2)
    value = draw.normal(2, 6, 7, dtype=wide).transpose(1, 2)  # (2, 7, 6)
    return subject.attention(query, key, value, gaps(2, 4, 7))  # (2, 4, 6)


@claim(
    points=1,
    title="What comes later changes nothing",
    otherwise="Under a causal mask, changing the last position's key and value changed the output of an earlier one.",
)
def future_is_hidden(subject: Subject, draw: Draw) -> bool:
    query, key, value = draw.normal(2, 5, 4), draw.normal(2, 5, 4), draw.normal(2, 5, 3)
    before = subject.attention(query, key, value, causal(5))
    key[:, -1], value[:, -1] = 3 - key[:, -1], value[:, -1] + 5
    after = subject.attention(query, key, value, causal(5))
    return close(before[:, :-1], after[:, :-1]) and not close(before[:, -1:], after[:, -1:])
