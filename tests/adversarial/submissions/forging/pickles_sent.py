"""Pickles that touch a file when they are read: as a frame, as a header, as an answer, as a tensor's bytes."""

import os
import pickle
import struct

import torch
from torch import nn

from grader.sandbox import guest, wire


class Command:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned",)


PICKLE = pickle.dumps(Command())


def pickled(channel, message):
    way = message.call // 2 % 4
    if message.value is None:  # the import
        write(channel, message)
    elif way == 0:
        os.write(channel, PICKLE + bytes(64))
    elif way == 1:
        os.write(channel, struct.pack("!IQ", len(PICKLE), 0) + PICKLE)
    else:
        value = wire.Tensor("uint8", (len(PICKLE),), None, PICKLE) if way == 2 else PICKLE.decode("latin-1")
        write(channel, wire.Message(message.call, "answer", value, {"printed": PICKLE.hex()}))


write, guest.write = guest.write, pickled


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
