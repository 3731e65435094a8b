from __future__ import annotations

from dataclasses import dataclass
from typing import Union

Size = Union[int, "tuple[int, int]"]


@dataclass(frozen=True)
class Conv:
    c_in: int
    c_out: int
    kernel: Size
    bias: bool = True

    @property
    def area(self) -> int:
        match self.kernel:
            case int(side):
                return side**2
            case (height, width):
                return height * width
        raise TypeError(self.kernel)

    def __len__(self) -> int:
        weights = self.c_in * self.c_out * self.area
        return weights + self.c_out if self.bias else weights


def conv2d_parameters(in_channels: int, out_channels: int, kernel_size: Size, bias: bool = True) -> int:
    return len(Conv(in_channels, out_channels, kernel_size, bias))


def bottleneck_parameters(channels: int, bottleneck_channels: int) -> int:
    c, b = channels, bottleneck_channels
    convs = [Conv(c, b, 1, bias=False), Conv(b, b, 3, bias=False), Conv(b, c, 1, bias=False)]
    return sum(map(len, convs))
