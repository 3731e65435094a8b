import torch
import torch.nn.functional as F
from torch import nn


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.a = nn.Conv2d(in_channels, out_1x1, 1)
        self.b1 = nn.Conv2d(in_channels, reduce_3x3, 1)
        self.b2 = nn.Conv2d(reduce_3x3, out_3x3, 3, padding=1)
        self.c1 = nn.Conv2d(in_channels, reduce_5x5, 1)
        self.c2 = nn.Conv2d(reduce_5x5, out_5x5, 3, padding=1)
        self.d = nn.Conv2d(in_channels, out_pool, 1)

    def forward(self, image):
        a = F.relu(self.a(image))
        b = F.relu(self.b2(F.relu(self.b1(image))))
        c = F.relu(self.c2(F.relu(self.c1(image))))
        d = F.relu(self.d(F.avg_pool2d(image, 3, stride=1, padding=1)))
        return torch.cat([a, b, c, d], 1)
