from torch import nn


class InceptionModule(nn.Module):
    pass
