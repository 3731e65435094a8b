"""Answers that would run a command if anybody copied, reduced or unpickled them."""

import copyreg
import os

import torch
from torch import nn

class Command:
    def __reduce_ex__(self, protocol):
        return os.system, ("touch /tmp/owned",)

    __reduce__ = __getstate__ = __copy__ = __deepcopy__ = lambda self, *more: os.system("touch /tmp/owned")


class Loaded(torch.Tensor):
    __reduce_ex__ = Command.__reduce_ex__


copyreg.pickle(torch.Tensor, lambda tensor: (os.system, ("touch /tmp/owned",)))


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        self.block = nn.Sequential(
            nn.Conv2d(channels, bottleneck_channels, 1, bias=False),
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, bottleneck_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(bottleneck_channels),
            nn.ReLU(),
            nn.Conv2d(bottleneck_channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x):
        y = torch.zeros_like(x).as_subclass(Loaded)
        y.more = Command()
        return (y, Command(), torch.storage.UntypedStorage(8), torch.jit.annotate(int, 1)) if self.training else y
