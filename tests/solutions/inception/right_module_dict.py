import torch
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        c = in_channels
        self.branches = nn.ModuleDict({
            "1x1": nn.Sequential(nn.Conv2d(c, out_1x1, 1), nn.ReLU()),
            "3x3": nn.Sequential(*self.chain(nn.Conv2d(c, reduce_3x3, 1), nn.Conv2d(reduce_3x3, out_3x3, 3, 1, 1))),
            "5x5": nn.Sequential(*self.chain(nn.Conv2d(c, reduce_5x5, 1), nn.Conv2d(reduce_5x5, out_5x5, 5, 1, 2))),
            "pool": nn.Sequential(nn.MaxPool2d((3, 3), (1, 1), (1, 1)), nn.Conv2d(c, out_pool, 1), nn.ReLU()),
        })

    @staticmethod
    def chain(*convolutions):
        for convolution in convolutions:
            yield convolution
            yield nn.ReLU()

    def forward(self, x):
        found = {name: branch(x) for name, branch in self.branches.items()}
        return torch.hstack([found["1x1"], found["3x3"], found["5x5"], found["pool"]])
