"""Run the common operators once: the first call of each costs milliseconds, the first of some half a second.

Called in the nursery, single-threaded, before any fork, and again in each waiting guest, where it touches the
memory pages that a student's code will touch (a copy-on-write fault each), ahead of need.
"""

from __future__ import annotations

import torch
from torch import nn


def warm_up() -> None:
    """Forward and backward through what exercises use, in float32 and float64."""
    for dtype in (torch.float32, torch.float64):
        images = torch.randn(2, 8, 6, 6, dtype=dtype, requires_grad=True)
        layers = nn.Sequential(
            nn.Conv2d(8, 4, 1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(inplace=True),
            nn.Conv2d(4, 8, 3, padding=1),
            nn.MaxPool2d(3, stride=1, padding=1),
        ).to(dtype)
        torch.autograd.grad(layers(images).sum(), images)
        layers.eval()(images.contiguous(memory_format=torch.channels_last))
        rows = images.flatten(2).transpose(1, 2)
        mixed = nn.functional.linear(rows, torch.randn(4, 8, dtype=dtype))
        mixed = nn.functional.layer_norm(torch.softmax(mixed, -1), (4,))
        torch.autograd.grad(torch.einsum("kc,nchw->nkhw", torch.randn(4, 8, dtype=dtype), images).sum(), images)
        torch.autograd.grad(torch.cat([rows @ torch.randn(8, 3, dtype=dtype), mixed], dim=-1).mean(), images)
        torch.autograd.grad(torch.tensordot(images, torch.randn(4, 8, dtype=dtype), dims=([1], [1])).sum(), images)


def warm_up_large() -> None:
    """Go once through sizes as lessons have them: the libraries set up buffers for large products at the first."""
    images = torch.randn(2, 256, 28, 28)
    nn.Sequential(nn.Conv2d(256, 64, 1), nn.Conv2d(64, 64, 3, padding=1), nn.Conv2d(64, 256, 1))(images)
    torch.einsum("kc,nchw->nkhw", torch.randn(64, 256), images)
    nn.functional.linear(images.movedim(1, -1), torch.randn(64, 256))


def warm_up_without_convolutions() -> None:
    """Forward and backward through matrix products, for guests in which convolutions are refused."""
    images = torch.randn(2, 8, 6, 6, requires_grad=True)
    weight = torch.randn(4, 8, requires_grad=True)
    for mixed in (
        torch.einsum("kc,nchw->nkhw", weight, images),
        nn.functional.linear(images.movedim(1, -1), weight),
    ):
        torch.autograd.grad(torch.relu(mixed).sum(), (images, weight))
