import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.small = nn.ModuleDict({
            "1x1": nn.Conv2d(in_channels, out_1x1, 1),
            "3x3": nn.Conv2d(in_channels, reduce_3x3, 1),
            "5x5": nn.Conv2d(in_channels, reduce_5x5, 1),
            "pool": nn.Conv2d(in_channels, out_pool, 1),
        })
        self.large = nn.ModuleDict({
            "3x3": nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1),
            "5x5": nn.Conv2d(reduce_5x5, out_5x5, 5, padding=2),
        })
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)

    def forward(self, x):
        outputs = []
        for name, convolution in self.small.items():
            y = convolution(self.pool(x.detach()) if name == "pool" else x).relu()
            outputs.append(self.large[name](y).relu() if name in self.large else y)
        return torch.cat(outputs, dim=1)
