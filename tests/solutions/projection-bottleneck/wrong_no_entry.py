from torch import nn


class Bottleneck(nn.Module):
    pass
