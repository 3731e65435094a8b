"""Terminal escapes, HTML, formulas and invalid UTF-8 in all that can be shown."""

import os
import sys

import torch
from torch import nn

TEXT = "=cmd|' /C calc'!A0\x1b[2J\x1b]0;owned\x07<script>alert(1)</script>\ud800\x00{{7*7}}\u202e" + "x" * 100_000


class Quoted(Exception):
    pass


Quoted.__name__ = Quoted.__qualname__ = TEXT.replace("\ud800", "").replace("\x00", "")
print(TEXT, file=sys.stderr)
os.write(1, b"\xff\xfe" * 500_000)


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        print(TEXT * 3)
        raise Quoted(TEXT)
