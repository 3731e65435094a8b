"""HTML, formulas, escapes and templates in every name: of classes, parameters, parts and keys."""

import itertools

import torch
from torch import nn

TEXT = "=HYPERLINK(1)\x1b[2J</td><script>alert(1)</script>{{7*7}}${jndi}'; DROP TABLE runs; --\u202e\ud800\0\r\n,\""
Acting = type(TEXT.replace("\0", "").replace("\ud800", ""), (), {})
KINDS = itertools.cycle([
    lambda y: TEXT, lambda y: {TEXT: y}, lambda y: (1, TEXT), lambda y: Acting(), lambda y: [Acting()], lambda y: {TEXT: {TEXT: 1}},
    lambda y: {sign + "1+1": y for sign in "=+-@\t\r"}, lambda y: "=" + TEXT, lambda y: (TEXT, "@SUM(1)", "+1", "-1"),
])


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
        names = "=1+1 <img/src=x> @SUM(1) -1 +1 \x1b[31m".split()
        for name in names:
            self.register_buffer(name + "\u202e", torch.ones(1))

    def forward(self, x):
        print(TEXT)
        return next(KINDS)(torch.zeros_like(x))
