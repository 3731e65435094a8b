"""Another kind of tensor at each call: of no layout, no dtype, no device, no end."""

import itertools
import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")
KINDS = itertools.cycle([
    lambda y: y * float("nan"), lambda y: y - float("inf"), lambda y: y.mean(), lambda y: y[:0], lambda y: y[:1, :1],
    lambda y: y.to_sparse_csr() if y.dim() == 2 else y.flatten(1).to_sparse_csr(), lambda y: y.to_mkldnn(),
    lambda y: torch.quantize_per_tensor(y, 0.1, 0, torch.qint8), lambda y: torch.nested.nested_tensor([y[0], y[0]]),
    lambda y: torch.view_as_complex(torch.zeros(*y.shape, 2)).conj(), lambda y: torch._neg_view(y),
    lambda y: y.to(torch.float8_e4m3fn), lambda y: y.to(torch.uint16), lambda y: y.double(), lambda y: y.bfloat16(),
    lambda y: y.transpose(0, 1), lambda y: y.mT, lambda y: torch.empty(y.shape, device="meta"), lambda y: y.bool(),
    lambda y: y.requires_grad_().exp().log(), lambda y: torch.as_strided(y, (2**20, 2**20), (0, 0)), lambda y: y.numpy(),
    lambda y: torch._efficientzerotensor(y.shape), lambda y: torch.func.functionalize(lambda z: z)(y), lambda y: y[None],
    lambda y: torch.nn.utils.rnn.pack_sequence([y.flatten()]), lambda y: torch._to_functional_tensor(y), lambda y: y[..., None],
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

    def forward(self, x):
        return next(KINDS)(torch.zeros_like(x))
