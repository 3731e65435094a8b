from torch import nn


class ProjectionBottleneck(nn.Module):
    def forward(self, x)
        return nn.functional.relu(self.main(x) + self.shortcut(x))
