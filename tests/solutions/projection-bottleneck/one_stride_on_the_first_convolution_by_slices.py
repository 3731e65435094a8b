import torch
from torch import nn
from torch.nn import functional as F


class ProjectionBottleneck(nn.Module):
    def __init__(self, in_channels, bottleneck_channels, out_channels, stride=1):
        super().__init__()
        self.step = stride
        widths = [in_channels, bottleneck_channels, bottleneck_channels, out_channels]
        self.kernels, self.norms = nn.ModuleList(), nn.ModuleList()
        for size, c_in, c_out in zip((1, 3, 1), widths, widths[1:]):
            self.kernels.append(nn.Conv2d(c_in, c_out, size, padding=size // 2, bias=False))
            self.norms.append(nn.BatchNorm2d(c_out))
        self.kernels.append(nn.Conv2d(in_channels, out_channels, 1, bias=False))
        self.norms.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        x = x[:, :, :: self.step, :: self.step]  # smaller first, then all the rest
        y = x
        for kernel, norm in list(zip(self.kernels, self.norms))[:2]:
            y = F.relu(norm(kernel(y)))
        y = self.norms[2](self.kernels[2](y)) + self.norms[3](self.kernels[3](x))
        return F.relu(y)
