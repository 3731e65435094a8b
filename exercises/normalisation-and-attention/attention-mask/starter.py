def attention(query, key, value, mask):  # (N, T, D), (N, S, D), (N, S, E), bool that fits (N, T, S)
    raise NotImplementedError("return (N, T, E)")
