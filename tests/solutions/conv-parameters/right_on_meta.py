import torch
import torch.nn as nn


def count(module: nn.Module) -> int:
    total = 0
    for parameter in module.parameters():
        total += parameter.numel()
    return total


def conv2d_parameters(in_channels, out_channels, kernel_size, bias=True):
    with torch.device("meta"):  # shapes without numbers
        return count(nn.Conv2d(in_channels, out_channels, kernel_size, bias=bias))


def bottleneck_parameters(channels, bottleneck_channels):
    with torch.device("meta"):
        modules = nn.ModuleList()
        widths = [channels, bottleneck_channels, bottleneck_channels, channels]
        for i, kernel in enumerate((1, 3, 1)):
            modules.append(nn.Conv2d(widths[i], widths[i + 1], kernel, bias=False))
    return count(modules)
