"""Raises what the grader itself would say: that it failed, that memory ended, that something is forbidden."""

import itertools

import torch
from torch import nn

from grader.sandbox import forbid, guest, wire

KINDS = itertools.cycle([
    MemoryError("passed"), forbid.OperationRefusedError("this exercise forbids nothing"), guest.WrongAnswerError("all is right"),
    guest.OtherSlots(0, nn.Linear(1, 1)), wire.WireError("passed"), wire.PeerGoneError(), KeyboardInterrupt("passed"), StopIteration(True),
    SyntaxError("passed", ("scenarios.py", 1, 1, "expected = True")), GeneratorExit(), RuntimeError("can't allocate memory"),
])


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        raise next(KINDS)
