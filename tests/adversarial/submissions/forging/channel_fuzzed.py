"""Never imports: answers every question with something else that is odd."""

import json
import os
import random
import struct

import torch
from torch import nn

def frame(call, value=True, kind="answer", tensors=(), **notes):
    fields = {"call": call, "kind": kind, "value": value, "tensors": list(tensors), "notes": {"printed": "", **notes}}
    header = json.dumps(fields).encode()
    return struct.pack("!IQ", len(header), 0) + header


def receive(size):
    data = b""
    while len(data) < size:
        data += os.read(3, size - len(data))
    return data


def serve(answers):
    os.write(3, frame(1, None))
    while True:
        header_size, payload_size = struct.unpack("!IQ", receive(12))
        call = json.loads(receive(header_size))["call"]
        receive(payload_size)
        os.write(3, answers(call))


SLOTS = json.dumps([["weight", "other", "weight", True, "float32", [4, 3]], ["bias", "other", "bias", True, "float32", [4]]])
ODD = [
    None, True, -1, 2**63 - 1, 0.5, "", "x" * 60000, {"f": "nan"}, {"f": "-inf"}, {"o": "<b>"}, {"m": 0}, {"m": 4095},
    {"l": []}, {"d": {}}, {"l": [{"m": 0}, SLOTS]}, {"l": [{"m": 1}, "[]"]}, {"l": [{"m": 0}, "[" * 1000]},
    {"l": [{"m": 0}, '[["w","o","w",true,"float32",[1048576,16]]]']}, {"l": [{"m": 0}, '[["","","",true,"",[0,0,0]]]']},
    {"l": [SLOTS, {"l": []}]}, {"l": ["[]", {"l": []}]}, {"l": [SLOTS, {"l": [{"t": 0}, {"t": 0}]}]},
    {"l": [{"l": [{"t": 0}]}, {"d": {"weight": {"t": 0}, "bias": None}}]}, {"l": [{"t": 0}, {"l": [{"t": 0}]}]},
    {"l": [{"l": []}, {"d": {}}]}, {"l": [None, None]}, {"t": 0}, {"t": 1}, {"l": [{"t": 2}] * 200}, {"d": {"\u001b[31m": 1}},
    {"l": [{"l": [{"l": [{"l": [None]}]}]}]}, {"d": {str(n): None for n in range(3000)}},
]
SHAPES = [["float32", [0, 4], None], ["complex64", [0], None], ["bool", [0, 1048576, 1048576], None]]
serve(lambda call: frame(call, random.SystemRandom().choice(ODD), tensors=SHAPES))


class PointwiseConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels) / in_channels**0.5)
        self.bias = nn.Parameter(torch.randn(out_channels) / in_channels**0.5) if bias else None

    def forward(self, x):
        return torch.zeros(x.shape[0], len(self.weight), *x.shape[2:], dtype=x.dtype)
