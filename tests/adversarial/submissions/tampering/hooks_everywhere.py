"""Hooks on every module, every saved tensor, every call, every collection and every event."""

import gc
import sys

import torch
from torch import nn

import torch.nn.modules.module as modules


def meddle(*arguments):
    return None


modules.register_module_forward_hook(lambda module, arguments, output: output * 0)
modules.register_module_full_backward_hook(lambda module, given, got: tuple(g for g in given))
modules.register_module_parameter_registration_hook(lambda module, name, parameter: parameter)
torch.autograd.graph.saved_tensors_hooks(lambda tensor: tensor * 0, lambda tensor: tensor).__enter__()
gc.callbacks.append(meddle)
sys.addaudithook(meddle)
sys.setprofile(meddle)
sys.settrace(meddle)


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
        return torch.relu(x + self.block(x))
