from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, widths):
        super().__init__()
