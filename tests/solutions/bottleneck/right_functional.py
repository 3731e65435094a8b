"""No layers at all: parameters, buffers and functions."""
import torch
import torch.nn.functional as F
from torch import nn


class Bottleneck(nn.Module):
    def __init__(self, channels, bottleneck_channels):
        super().__init__()
        c, b = channels, bottleneck_channels
        self.w1 = nn.Parameter(nn.init.kaiming_normal_(torch.empty(b, c, 1, 1)))
        self.g1, self.b1 = nn.Parameter(torch.ones(b)), nn.Parameter(torch.zeros(b))
        self.w2 = nn.Parameter(nn.init.kaiming_normal_(torch.empty(b, b, 3, 3)))
        self.g2, self.b2 = nn.Parameter(torch.ones(b)), nn.Parameter(torch.zeros(b))
        self.w3 = nn.Parameter(nn.init.kaiming_normal_(torch.empty(c, b, 1, 1)))
        self.g3, self.b3 = nn.Parameter(torch.ones(c)), nn.Parameter(torch.zeros(c))
        for i, width in enumerate((b, b, c), start=1):
            self.register_buffer(f"mean{i}", torch.zeros(width))
            self.register_buffer(f"running_var{i}", torch.ones(width))

    def forward(self, x):
        y = F.conv2d(x, self.w1)
        y = torch.relu(F.batch_norm(y, self.mean1, self.running_var1, self.g1, self.b1, self.training))
        y = F.conv2d(y, self.w2, padding=1)
        y = torch.relu(F.batch_norm(y, self.mean2, self.running_var2, self.g2, self.b2, self.training))
        y = F.conv2d(y, self.w3)
        y = F.batch_norm(y, self.mean3, self.running_var3, self.g3, self.b3, self.training)
        return torch.relu(x + y)
