import torch
import torch.nn as nn
import torch.nn.functional as F


class Inception(nn.Module):
    def __init__(self, in_channels, out_1x1, reduce_3x3, out_3x3, reduce_5x5, out_5x5, out_pool):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_1x1, kernel_size=1)
        self.reduce3 = nn.Conv2d(in_channels, reduce_3x3, kernel_size=1)
        self.conv3 = nn.Conv2d(reduce_3x3, out_3x3, kernel_size=3, padding="same")
        self.reduce5 = nn.Conv2d(in_channels, reduce_5x5, kernel_size=1)
        self.conv5 = nn.Conv2d(reduce_5x5, out_5x5, kernel_size=5, padding="same")
        self.conv_pool = nn.Conv2d(in_channels, out_pool, kernel_size=1)

    def forward(self, x):
        y1 = F.relu(self.conv1(x))
        y3 = F.relu(self.conv3(F.relu(self.reduce3(x))))
        y5 = F.relu(self.conv5(F.relu(self.reduce5(x))))
        yp = F.relu(self.conv_pool(F.max_pool2d(x, kernel_size=3, stride=1, padding=1)))
        return torch.cat((y1, y3, y5, yp), 1)


if __name__ == "__main__":
    print(Inception(192, 64, 96, 128, 16, 32, 32)(torch.randn(1, 192, 28, 28)).shape)
